"""Messages by e-mail: plain text over SMTP with STARTTLS or TLS."""

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.text import clean
from nodetop.base.trust.ca_file import ca_context
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.errors import DeliveryError, RefusedError
from nodetop.server.notify.message import Message
from nodetop.server.notify.secrets import secret_of

_LONGEST_REASON = 120
_LONGEST_SUBJECT = 150
_PERMANENT = 500


async def send_email(receiver: Receiver, message: Message) -> None:
    """Returns when the server has accepted it for all addresses. Raises DeliveryError."""
    password = await secret_of(receiver.password_file) if receiver.password_file else ""
    await in_daemon_thread(partial(_send, receiver, email(receiver, message), password))


def email(receiver: Receiver, message: Message) -> EmailMessage:
    """The e-mail. Its Message-ID is the same each time it is sent."""
    found = EmailMessage()
    found["From"], found["To"] = receiver.sender, ", ".join(receiver.to)
    found["Subject"] = clean(message.title)[:_LONGEST_SUBJECT]
    found["Date"] = format_datetime(datetime.fromtimestamp(message.created_at, UTC))
    found["Message-ID"] = f"<{message.id}@nodetop>"
    found["Auto-Submitted"] = "auto-generated"
    if message.severity == 2:
        found["Importance"] = "high"
    found.set_content(message.text)
    return found


def _send(receiver: Receiver, message: EmailMessage, password: str) -> None:
    try:
        with _connected(receiver) as server:
            if receiver.user:
                server.login(receiver.user, password)
            refused = server.send_message(message)
    except smtplib.SMTPDataError as error:
        kind = RefusedError if error.smtp_code >= _PERMANENT else DeliveryError
        raise kind(_plain(error)) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise DeliveryError(_plain(error)) from None
    if refused:
        raise DeliveryError(f"the server refuses {len(refused)} of {len(receiver.to)} addresses")


def _connected(receiver: Receiver) -> smtplib.SMTP:
    where = receiver.host, receiver.port
    if receiver.security == "none":
        return smtplib.SMTP(*where, timeout=receiver.timeout)
    context = ca_context(receiver.ca_file)
    if receiver.security == "tls":
        return smtplib.SMTP_SSL(*where, timeout=receiver.timeout, context=context)
    server = smtplib.SMTP(*where, timeout=receiver.timeout)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _plain(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the mail server rejects the user or the password ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return clean(f"the mail server answers {error.smtp_code}: {text}")[:_LONGEST_REASON]
    if isinstance(error, OSError) and error.strerror:
        return clean(error.strerror)
    return clean(str(error))[:_LONGEST_REASON] or type(error).__name__
