"""Headers of every answer: nothing from outside, no frames, no guessing of types."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self' {sockets}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; "
    "worker-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html chatweb"
)


def install(app: Flask) -> None:
    """Put the headers on every answer of ``app``."""

    @app.after_request
    def harden(response: Response) -> Response:
        # Older Safari does not count the page's own ws: address as 'self'.
        policy = POLICY.format(sockets=f"ws://{request.host} wss://{request.host}")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), browsing-topics=()")
        return response
