import ConciergeKit
import ConciergeProtocol
import Glibc
import NIOPosix
import Systemd
import Varlink

/// Tells the callers at the socket of systemd why the daemon does not start, before it ends.
///
/// systemd starts the daemon for a connection that waits at its socket. If the daemon ended without accepting it, the
/// connection would go on waiting, systemd would start the daemon again at once, and after some starts give up the socket,
/// which nothing but an administrator brings back.
enum FailedStart {
    /// How long after the last call it ends.
    private static let quiet = Duration.seconds(1)
    /// How long it answers at most, so that a start that waits for it comes to its end.
    private static let limit = Duration.seconds(20)

    /// Answers every call with the reason, until no caller has been there for a second, or for 20 seconds. Returns at once
    /// if no caller waits, or if systemd passed no socket.
    static func tellCallers(_ failure: StartFailure, of program: Program) async {
        guard let socket = try? ListeningSocket.ofControl(), isAwaited(socket.descriptor),
            let handler = try? Refusing(because: words(failure, of: program))
        else { return }
        ServiceManager().status("cannot start: \(failure.reason)")
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        guard
            let server = try? await VarlinkServer.start(
                at: .descriptor(socket.descriptor), service: ServiceInfo(program), handler: handler,
                eventLoopGroup: eventLoops)
        else { return }
        let clock = ContinuousClock()
        let begin = clock.now
        var lastSeen = begin
        while clock.now - lastSeen < quiet, clock.now - begin < limit {
            guard (try? await eventLoops.any().sleep(for: .milliseconds(50))) != nil else { break }
            if server.connectionCount > 0 { lastSeen = clock.now }
        }
        await server.stop(within: .milliseconds(200))
    }

    /// Whether a connection waits to be accepted.
    private static func isAwaited(_ descriptor: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&question, 1, 0) > 0
    }

    private static func words(_ failure: StartFailure, of program: Program) -> Text {
        let help =
            failure.status == StartFailure.badConfiguration
            ? Text(
                fr: "« \(program.name) --check » montre l'erreur ; une fois corrigée, le prochain appel le démarre",
                en: "\"\(program.name) --check\" shows the mistake; once it is mended, the next call starts it")
            : Text(
                fr: "« journalctl -u concierged » dit le reste ; le prochain appel réessaie",
                en: "\"journalctl -u concierged\" tells the rest; the next call tries again")
        return Text(
            fr: "\(program.name) ne démarre pas : \(failure.words). Pour l'administrateur : \(help)",
            en: "\(program.name) does not start: \(failure.words). For the administrator: \(help)")
    }
}

/// Answers every call of the control interface with `Unavailable`.
private struct Refusing: VarlinkHandler {
    let interfaces: [InterfaceDefinition]
    private let reason: Text

    init(because reason: Text) throws {
        interfaces = try ControlInterface.definitions()
        self.reason = reason
    }

    func mayOverlap(_ method: String) -> Bool { true }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        responder.fail(VarlinkError(ControlError.unavailable(.init(reason)), of: call.interface, in: .fr))
    }
}
