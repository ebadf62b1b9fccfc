"""Headers of every answer: nothing from outside, no frames, no guessing of types."""

from flask import Flask, Request, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self' {sockets}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; "
    "worker-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html chatweb"
)

YEAR = 365 * 24 * 3600  # seconds

# Never a document of their own, so the page's policy is theirs; 700 bytes each, 60 times a first visit.
PARTS = frozenset({"text/css", "text/javascript"})
# But a worker's script is a world of its own, which has the policy that its own answer carries, or none.
WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})


def _is_for_worker(request: Request) -> bool:
    return request.headers.get("Sec-Fetch-Dest") in WORKERS or "Service-Worker" in request.headers


def install(app: Flask) -> None:
    """Put the headers on every answer of ``app``."""

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
        if response.mimetype in PARTS and not _is_for_worker(request):
            return response
        # Older Safari does not count the page's own ws: address as 'self'.
        policy = POLICY.format(sockets=f"ws://{request.host} wss://{request.host}")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if request.is_secure:  # elsewhere browsers ignore it, and complain in the console
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), browsing-topics=()")
        return response
