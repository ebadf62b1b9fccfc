"""Which address a phone on the Wi-Fi reaches: real ones first, those of VPNs and containers last."""

import socket
from types import SimpleNamespace

import pytest

from chatweb import network


@pytest.fixture
def machine(monkeypatch):
    """Makes this machine have other interfaces."""

    def have(interfaces, *, down=()):
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        addresses = {name: [SimpleNamespace(family=family[":" in one], address=one) for one in found] for name, found in interfaces.items()}
        states = {name: SimpleNamespace(isup=name not in down) for name in interfaces}
        monkeypatch.setattr(network.psutil, "net_if_addrs", lambda: addresses)
        monkeypatch.setattr(network.psutil, "net_if_stats", lambda: states)

    return have


@pytest.mark.parametrize(
    "virtual", ["docker0", "br-1a2b3c", "veth12", "virbr0", "tun0", "tap0", "wg0", "tailscale0", "zt5", "utun3", "ppp0", "vEthernet (WSL)"]
)
@pytest.mark.parametrize("real", ["eth0", "enp3s0", "wlan0", "wlp2s0", "en0", "Wi-Fi"])
def test_a_real_interface_comes_before_one_of_a_vpn_or_container(machine, real, virtual):
    machine({virtual: ["10.0.0.1"], real: ["192.168.1.7"]})

    assert network.lan_addresses() == ["192.168.1.7", "10.0.0.1"]


def test_an_unknown_interface_stands_between(machine):
    machine({"docker0": ["10.0.0.1"], "bond0": ["10.0.0.2"], "eth0": ["10.0.0.3"]})

    assert network.lan_addresses() == ["10.0.0.3", "10.0.0.2", "10.0.0.1"]


def test_a_private_address_comes_before_a_public_one(machine):
    machine({"eth0": ["8.8.8.8"], "eth1": ["192.168.1.7"]})

    assert network.lan_addresses() == ["192.168.1.7", "8.8.8.8"]


def test_addresses_that_lead_nowhere_are_left_out(machine):
    machine({"lo": ["127.0.0.1"], "eth0": ["169.254.7.7", "fe80::1", "192.168.1.7"]})

    assert network.lan_addresses() == ["192.168.1.7"]


def test_an_interface_that_is_down_is_left_out(machine):
    machine({"eth0": ["192.168.1.7"], "wlan0": ["192.168.1.8"]}, down=["eth0"])

    assert network.lan_addresses() == ["192.168.1.8"]


def test_without_a_network_there_is_this_machine(machine):
    machine({"lo": ["127.0.0.1"]})

    assert network.lan_addresses() == ["127.0.0.1"]


@pytest.mark.parametrize("name", ["Kelas-9B", "kelas-9b.local", "KELAS-9B.LOCAL"])
def test_this_machine_is_called_by_its_name_and_with_local_behind(monkeypatch, name):
    monkeypatch.setattr(network.socket, "gethostname", lambda: name)

    assert network.own_names() == {"localhost", "kelas-9b", "kelas-9b.local"}
