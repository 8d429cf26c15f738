"""Letters handed to a mail server that is really started: plain, encrypted, signed in."""

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from flows.notices.delivery import deliver
from schemas.mail_server import read_mail_server

# Tests send passwords over loopback in plain sight.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")

USER, PASSWORD = "marathon@example.ru", "pa/ss:word"
ACCOUNT = "marathon%40example.ru:pa%2Fss%3Aword@"


class Mailbox:
    """Keeps what arrives, and who had signed in to send it."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802  (aiosmtpd asks for it)
        self.letters.append((session.authenticated, envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def started(mailbox, free_port):
    """``started(**options)``: the port of a mail server that knows one account."""
    running = []

    def start(**options):
        server = Controller(mailbox, "127.0.0.1", free_port, authenticator=knows, **options)
        server.start()
        running.append(server)
        return free_port

    yield start
    for server in running:
        server.stop()


def knows(_server, _session, _envelope, _mechanism, given):
    fits = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=fits)


@pytest.fixture
def certificate(tmp_path):
    """A file with a certificate of this machine and its key; nobody trusts it yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)  # noqa: TID251  (certificates are checked by the real clock)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def encrypted(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch):
    """This process trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def letter():
    message = EmailMessage()
    message["From"], message["To"] = "marathon@example.ru", "anna@example.ru"
    message["Subject"] = "Проверка"
    message.set_content("Ваш материал принят.")
    return message


def test_plain_server_takes_the_letter_without_signing_in(started, mailbox):
    deliver(letter(), read_mail_server(f"smtp://127.0.0.1:{started()}"))

    [(signed_in, recipients, content)] = mailbox.letters
    assert recipients == ["anna@example.ru"]
    assert "Subject: =?utf-8?" in content
    assert not signed_in


def test_account_of_the_address_signs_in(started, mailbox):
    port = started(auth_require_tls=False, auth_required=True)

    deliver(letter(), read_mail_server(f"smtp://{ACCOUNT}127.0.0.1:{port}"))

    assert [signed_in for signed_in, _, _ in mailbox.letters] == [True]


def test_start_tls_comes_before_the_password(started, mailbox, encrypted, trusted):
    port = started(tls_context=encrypted, require_starttls=True, auth_required=True)

    deliver(letter(), read_mail_server(f"smtp+starttls://{ACCOUNT}127.0.0.1:{port}"))

    assert [signed_in for signed_in, _, _ in mailbox.letters] == [True]


def test_tls_from_the_start(started, mailbox, encrypted, trusted):
    port = started(ssl_context=encrypted, auth_required=True, auth_require_tls=False)

    deliver(letter(), read_mail_server(f"smtps://{ACCOUNT}127.0.0.1:{port}"))

    assert [signed_in for signed_in, _, _ in mailbox.letters] == [True]


@pytest.mark.parametrize(
    "address",
    [
        "smtp://somebody:else@127.0.0.1:{port}",  # the server wants encryption first
        "smtp+starttls://somebody:else@127.0.0.1:{port}",  # a certificate nobody vouches for
        "smtps://127.0.0.1:{port}",  # the server speaks plainly
        "smtp://127.0.0.1:9",  # nobody listens
    ],
)
def test_refusal_of_any_kind_is_an_error_the_outbox_understands(
    started, mailbox, encrypted, address
):
    port = started(tls_context=encrypted, require_starttls=True, auth_required=True)

    with pytest.raises(OSError, match=r"."):
        deliver(letter(), read_mail_server(address.format(port=port)))

    assert mailbox.letters == []
