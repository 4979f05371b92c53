"""A district's server as its settings describe it, with the secrets read at the moment they are needed."""

from __future__ import annotations

from dataclasses import replace

from pipeline.districts.secrets import read_secret
from pipeline.districts.settings import SftpSettings
from pipeline.sftp.connect import SftpServer
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines


def sftp_server(district: str, sftp: SftpSettings) -> SftpServer:
    """Return what is needed to connect to a district's server.

    Raises:
        UsageError: a secret cannot be read.
    """
    secrets = {
        name: read_secret(reference, district=district, setting=f"sftp.{name}")
        for name in ("password", "private_key", "passphrase")
        if (reference := getattr(sftp, name)) is not None
    }
    return SftpServer(host=sftp.host, port=sftp.port, user=sftp.user, host_keys=sftp.host_keys, **secrets)


def deadlines(sftp: SftpSettings) -> Deadlines:
    """Return the bounds for a district that may take longer than others, or must not take as long."""
    total = sftp.max_minutes * 60
    # One file may take as much of the whole as by default.
    share = DEFAULT_DEADLINES.file / DEFAULT_DEADLINES.total
    return replace(DEFAULT_DEADLINES, total=total, file=total * share)
