"""A mail server (aiosmtpd) that misbehaves as real ones do.

    server.py FOLDER [--mode MODE] [--unix PATH] [--certificate PEM] [--password PASSWORD]

It listens on a port of its own of 127.0.0.1, or on a Unix socket, and writes what happened into FOLDER/events, a line of
JSON each: the first is {"port": …}. What it does with a mail depends on the recipient's name (class Handler), what it
does with a connection on MODE (class Server). It ends when its standard input does.
"""
import argparse
import asyncio
import base64
import json
import os
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("folder")
options.add_argument("--mode", default="")
options.add_argument("--unix")
options.add_argument("--certificate")
options.add_argument("--password")
options = options.parse_args()
events = open(os.path.join(options.folder, "events"), "a")
connections = 0


def tell(**event):
    print(json.dumps(event), file=events, flush=True)


class Handler:
    async def handle_MAIL(self, server, peer, envelope, address, mail_options):
        if options.mode == "defers-sender":
            return "451 4.7.1 Try again later"
        if options.mode == "refuses-sender":
            return "550 5.7.1 Sender rejected"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, peer, envelope, address, rcpt_options):
        replies = {
            "greylisted": "450 4.2.0 Greylisted, see http://postgrey.example/help.html, try again in 300 seconds",
            "nobody": "550 5.1.1 No such user",
            "elsewhere": "554 5.7.1 Relay access denied",
            "full": "452 4.2.2 Mailbox full",
        }
        name = address.partition("@")[0]
        if name in replies:
            return replies[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, peer, envelope):
        name = envelope.rcpt_tos[0].partition("@")[0]
        tell(
            sender=envelope.mail_from, recipients=envelope.rcpt_tos, options=envelope.mail_options,
            connection=server.number, tls=peer.ssl is not None,
            user=peer.auth_data.decode() if peer.auth_data else None,
            bytes=base64.b64encode(envelope.original_content).decode())
        if name == "reset":
            server.transport.abort()
            await asyncio.sleep(3600)
        if name == "lost":
            server.transport.close()
            await asyncio.sleep(3600)
        if name == "silent":
            await asyncio.sleep(3600)
        if name == "large":
            return "552 5.3.4 Message too big"
        if name == "later":
            return "451 4.3.0 Try again in 5 min"
        if name == "hangup":
            server.hangs_up = True
        if name in ("idle", "farewell"):
            server.ends_at_next = name
        return "250 OK queued"


class Server(SMTP):
    hangs_up = False
    ends_at_next = None

    async def _handle_client(self):
        global connections
        connections += 1
        self.number = connections
        if options.mode == "busy":
            await self.push("421 4.3.2 Too busy, come back in 01:00:00")
            return self.transport.close()
        if options.mode == "refuses-lodge":
            await self.push("554 5.7.1 You are on a list")
            return self.transport.close()
        if options.mode == "slow":
            await asyncio.sleep(3600)
        await super()._handle_client()

    async def push(self, status):
        await super().push(status)
        if self.hangs_up:
            self.hangs_up = False
            self.transport.close()

    async def smtp_MAIL(self, arg):
        if self.ends_at_next == "farewell":
            await self.push("421 4.4.2 Idle for too long")
        if self.ends_at_next:
            return self.transport.close()
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg):
        if options.mode == "ends-data":
            await self.push("354 Go on")
            return self.transport.abort()
        await super().smtp_DATA(arg)


def authenticate(server, peer, envelope, mechanism, data):
    password = data.password.decode()
    return AuthResult(success=password == options.password, handled=False, auth_data=data.login)


def make():
    context = None
    if options.certificate and options.mode != "smtps":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    return Server(
        Handler(), hostname="mail.example.org", enable_SMTPUTF8=options.mode != "ascii", tls_context=context,
        require_starttls=options.mode == "demands-tls",
        authenticator=authenticate if options.password else None, auth_required=options.password is not None,
        auth_require_tls=options.certificate is not None, loop=asyncio.get_running_loop())


async def main():
    loop = asyncio.get_running_loop()
    end = loop.create_future()
    loop.add_reader(0, lambda: os.read(0, 1) or end.done() or end.set_result(None))
    if options.unix:
        await loop.create_unix_server(make, options.unix)
        tell(port=0)
    else:
        context = None
        if options.mode == "smtps":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(options.certificate)
        server = await loop.create_server(make, "127.0.0.1", 0, ssl=context)
        tell(port=server.sockets[0].getsockname()[1])
    await end


asyncio.run(main())
