"""A district's server as its settings describe it, with the secrets read at the moment they are needed."""

from __future__ import annotations

from pipeline.districts.secrets import read_secret
from pipeline.districts.settings import DistrictSettings
from pipeline.sftp.connect import SftpServer


def sftp_server(district: str, settings: DistrictSettings) -> SftpServer:
    """Return what is needed to connect to a district's server.

    Raises:
        UsageError: a secret cannot be read.
    """
    sftp = settings.sftp
    secrets = {
        name: read_secret(reference, district=district, setting=f"sftp.{name}")
        for name in ("password", "private_key", "passphrase")
        if (reference := getattr(sftp, name)) is not None
    }
    return SftpServer(host=sftp.host, port=sftp.port, user=sftp.user, host_keys=sftp.host_keys, **secrets)
