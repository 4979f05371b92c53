"""Private keys as people have them: OpenSSH's format, PEM and PKCS#8, with whatever copying did to them.

Belongs here: reading a key, and naming what cannot be read for what it is, with the command that converts just that.
No message holds a byte of a key.
"""

from __future__ import annotations

import io
import re
import textwrap

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from paramiko import ECDSAKey, Ed25519Key, PKey, RSAKey

from pipeline.sftp.errors import PrivateKeyError

_KINDS: tuple[tuple[type, type[PKey]], ...] = (
    (Ed25519PrivateKey, Ed25519Key),
    (EllipticCurvePrivateKey, ECDSAKey),
    (RSAPrivateKey, RSAKey),
)

_BLOCK = re.compile(r"-----BEGIN ((?!DSA )[A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)
_HEADER = re.compile(r"\s*Proc-Type:\s*4,ENCRYPTED\s+DEK-Info:\s*(\S+)")
"""Of an older PEM with a passphrase."""

_OTHERS = (
    (
        re.compile(r"PuTTY-User-Key-File-"),
        "is in PuTTY's format (PPK)",
        "`puttygen FILE -O private-openssh -o NEWFILE` converts it.",
    ),
    (
        re.compile(r"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY|---- BEGIN SSH2 PRIVATE KEY"),
        "is in the format of ssh.com (SSH2)",
        "`puttygen FILE -O private-openssh -o NEWFILE` converts it.",
    ),
    (
        re.compile(r"^(ssh-|ecdsa-sha2-|sk-)|-----BEGIN (RSA )?PUBLIC KEY|---- BEGIN SSH2 PUBLIC KEY"),
        "is the public half of a key",
        "The login needs the private half: the file of the same name without .pub.",
    ),
    (
        re.compile(r"-----BEGIN CERTIFICATE"),
        "is a certificate",
        "The login needs a private key: `ssh-keygen -t ed25519 -f FILE` makes one.",
    ),
    (
        re.compile(r"-----BEGIN DSA PRIVATE KEY"),
        "is of the type DSA, which no server should accept anymore",
        "`ssh-keygen -t ed25519 -f FILE` makes a new one; the district has to register its public half.",
    ),
    (
        re.compile(r"\A0\x82|\A0\x81|[\x00-\x08]"),
        "is in a binary format (DER or PKCS#12)",
        "`openssl pkey -inform DER -in FILE -out NEWFILE` converts DER, `openssl pkcs12 -nocerts -noenc -in FILE -out "
        "NEWFILE` converts PKCS#12.",
    ),
)
"""What is no private key that can be read: how it is known, what it is, and what to do."""


def private_key(text: str, passphrase: str | None, login: str) -> PKey:
    """Return the private key in `text`; `login` says whose it is.

    Raises:
        PrivateKeyError: it cannot be used, with what it is and the command that converts it.
    """
    tidy = _tidied(text)
    for pattern, what, cure in _OTHERS:
        if pattern.search(tidy) and _BLOCK.search(tidy) is None:
            raise PrivateKeyError(f"The private key for {login} {what}.", cure)
    block = _block(tidy)
    if block is None:
        raise PrivateKeyError(
            f"The private key for {login} cannot be read: it is no private key, or a part of one.",
            "Copy the whole file, from -----BEGIN to -----END. `ssh-keygen -y -f FILE` shows whether it can be read.",
        )
    is_locked = "ENCRYPTED" in block or _is_locked_openssh(block)
    if is_locked and not passphrase:
        raise PrivateKeyError(
            f"The private key for {login} is protected by a passphrase.", "Set passphrase in the settings."
        )
    found = _loaded(block, passphrase.encode() if passphrase and is_locked else None)
    if found is None and is_locked:
        raise PrivateKeyError(
            f"The private key for {login} cannot be read: the passphrase is wrong, or the key is damaged.",
            "Check passphrase in the settings. `ssh-keygen -y -f FILE` asks for it and shows whether it is right.",
        )
    if found is None:
        raise PrivateKeyError(
            f"The private key for {login} cannot be read: it is damaged, or of a type that no SFTP server takes.",
            "`ssh-keygen -y -f FILE` shows whether it can be read. `ssh-keygen -t ed25519 -f FILE` makes a new one.",
        )
    return found


def _tidied(text: str) -> str:
    """Return the text without what copying does to a key: a BOM, other line ends, line ends as letters, indents."""
    tidy = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\\n" in tidy:
        tidy = tidy.replace("\\r", "").replace("\\n", "\n")
    return "\n".join(line.strip() for line in tidy.strip().strip("\"'").split("\n"))


def _block(text: str) -> str | None:
    """Return the private key alone, with lines as its format has them; None where there is none."""
    found = _BLOCK.search(text)
    if found is None:
        return None
    kind, inside = found.groups()
    headers = ""
    header = _HEADER.match(inside)
    if header is not None:
        headers = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {header[1]}\n\n"
        inside = inside[header.end() :]
    lines = textwrap.wrap(re.sub(r"\s", "", inside), 64)
    return f"-----BEGIN {kind}-----\n{headers}" + "\n".join(lines) + f"\n-----END {kind}-----\n"


def _is_locked_openssh(block: str) -> bool:
    """Return whether a key in OpenSSH's format has a passphrase: the name of its cipher stands near its beginning."""
    if "BEGIN OPENSSH PRIVATE KEY" not in block:
        return False
    # "openssh-key-v1", then the length of the cipher's name and the name, in base64: "none" always gives this.
    return "AAAABG5vbmU" not in block.split("\n", 2)[1]


def _loaded(block: str, passphrase: bytes | None) -> PKey | None:
    """Return the key as paramiko has it, None where nobody can read it."""
    load = load_ssh_private_key if "OPENSSH" in block else load_pem_private_key
    try:
        key = load(block.encode(), passphrase)
        text = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    # Damaged keys make the readers raise anything, some of it with parts of the key.
    except (ValueError, TypeError, UnsupportedAlgorithm, AssertionError, OverflowError, MemoryError):
        return None
    for kind, ours in _KINDS:
        if isinstance(key, kind):
            return ours.from_private_key(io.StringIO(text))
    return None
