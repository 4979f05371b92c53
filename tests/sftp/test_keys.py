"""Private keys are read as people have them, or named for what they are with the command that converts just that."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.sftp.errors import PrivateKeyError
from pipeline.sftp.keys import private_key

COPIED: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "a BOM in front": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "line ends as letters": lambda text: text.strip().replace("\n", "\\n"),
    "on one line": lambda text: text.strip().replace("\n", " "),
    "indented, behind a blank line": lambda text: "\n  " + text.replace("\n", "\n  "),
    "in quotes": lambda text: '"' + text.strip().replace("\n", "\\n") + '"',
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Keys in each of the forms that programs write, with and without a passphrase."""
    folder = tmp_path_factory.mktemp("keys")
    kinds = {
        "OpenSSH": ["-t", "ed25519"],
        "PEM": ["-t", "rsa", "-b", "2048", "-m", "PEM"],
        "PKCS8": ["-t", "ecdsa", "-m", "PKCS8"],
    }
    made = {}
    for kind, arguments in kinds.items():
        for passphrase in ("", "a secret"):
            path = folder / f"{kind}{'-locked' if passphrase else ''}"
            command = ["ssh-keygen", "-q", *arguments, "-N", passphrase, "-f", str(path)]
            subprocess.run(command, check=True, capture_output=True)
            made[path.name] = path.read_text()
    made["public"] = Path(f"{folder / 'OpenSSH'}.pub").read_text()
    return made


@pytest.mark.parametrize("copied", COPIED)
@pytest.mark.parametrize("kind", ["OpenSSH", "PEM", "PKCS8"])
@pytest.mark.parametrize("locked", [True, False])
def test_a_key_is_read_whatever_copying_did_to_it(
    keys: dict[str, str], kind: str, copied: str, *, locked: bool
) -> None:
    name, passphrase = (f"{kind}-locked", "a secret") if locked else (kind, None)
    assert private_key(COPIED[copied](keys[name]), passphrase, "the login") == private_key(
        keys[name], passphrase, "the login"
    )


@pytest.mark.parametrize("kind", ["OpenSSH-locked", "PEM-locked", "PKCS8-locked"])
def test_a_passphrase_that_lacks_or_is_wrong_is_told_as_that(keys: dict[str, str], kind: str) -> None:
    with pytest.raises(PrivateKeyError, match="is protected by a passphrase"):
        private_key(keys[kind], None, "the login")
    with pytest.raises(PrivateKeyError, match="the passphrase is wrong"):
        private_key(keys[kind], "another", "the login")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", r"PPK.*puttygen FILE -O private-openssh"),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nx\n", r"SSH2.*puttygen"),
        ("-----BEGIN CERTIFICATE-----\nx\n", "is a certificate"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "no private key, or a part of one"),
        ("password", "no private key, or a part of one"),
    ],
)
def test_what_is_no_private_key_is_named_for_what_it_is(text: str, words: str) -> None:
    with pytest.raises(PrivateKeyError, match=words):
        private_key(text, None, "the login")


def test_the_public_half_is_named(keys: dict[str, str]) -> None:
    with pytest.raises(PrivateKeyError, match=r"public half of a key.*the file of the same name without \.pub"):
        private_key(keys["public"], None, "the login")
