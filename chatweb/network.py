"""The addresses under which this machine is reached on its local network."""

import ipaddress
import re
import socket

import psutil

# Interfaces of VPNs, containers and virtual machines: real addresses, but not those that a phone on the Wi-Fi reaches.
_VIRTUAL = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|cali|podman|tun|tap|wg|utun|tailscale|zt|ppp|ipsec|awdl|llw|vEthernet)",
    re.IGNORECASE,
)
_WIRED_OR_WIRELESS = re.compile(r"^(en|eth|wl|wifi|lan|ap)", re.IGNORECASE)


def lan_addresses() -> list[str]:
    """IPv4 addresses of this machine, the likeliest for a phone first; ``127.0.0.1`` alone where there is no network."""
    states = psutil.net_if_stats()
    found = [
        (_rank(name, entry.address), entry.address)
        for name, entries in psutil.net_if_addrs().items()
        if name not in states or states[name].isup
        for entry in entries
        if entry.family == socket.AF_INET and not _leads_nowhere(entry.address)
    ]
    return [address for _, address in sorted(found)] or ["127.0.0.1"]


def own_names() -> set[str]:
    """The names under which this machine may be called, in lower case."""
    name = socket.gethostname().lower().removesuffix(".local")
    return {"localhost", name, f"{name}.local"}


def _rank(interface: str, address: str) -> tuple[int, int]:
    kind = 2 if _VIRTUAL.match(interface) else 0 if _WIRED_OR_WIRELESS.match(interface) else 1
    return kind, 0 if ipaddress.ip_address(address).is_private else 1


def _leads_nowhere(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return ip.is_loopback or ip.is_link_local or ip.is_unspecified
