import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import Varlink

extension ControlHandler {
    func backup(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        guard call.more else { return responder.fail(.expectedMore) }
        let actor = names.name(of: call.peer.uid)
        guard let stream = openStream(call, responder, outlivesStop: true, ended: {}) else { return }
        // On threads of its own: it reads and copies for as long as the ledger is large.
        Task.detached(executorPreference: maintenancePool) {
            defer { streams.close(stream) }
            do throws(LedgerError) {
                switch try await backups.make(for: Backups.Receiver(responder, stream)) {
                case .sent(let size):
                    manager.tellBackup(by: actor, size: size, error: nil)
                    respond(responder) { writer in
                        writer.member("state", "done")
                        writer.member("size", size)
                    }
                case .abandoned:
                    manager.tellBackup(by: actor, size: nil, error: nil)
                    // To nobody; but every call has an end.
                    responder.reply()
                case .stalled:
                    manager.tellStalledBackup(by: actor)
                    responder.fail(unavailable(Self.stalled, call))
                case .busy:
                    responder.fail(unavailable(Self.busy, call))
                }
            } catch {
                manager.tellBackup(by: actor, size: nil, error: error)
                responder.fail(self.error(for: error, interface: call.interface))
            }
        }
    }
}

extension ControlHandler {
    private static let busy = Text(fr: "une autre sauvegarde est en cours", en: "another backup is under way")
    private static let stalled = Text(
        fr: "la sauvegarde a été abandonnée : rien n'en a été lu pendant une minute",
        en: "the backup was given up: nothing of it was read for a minute")
}

extension Backups.Receiver {
    /// Whoever made the call.
    fileprivate init(_ responder: VarlinkResponder, _ stream: OpenStreams.Stream) {
        self.init(
            progress: { progress in
                !stream.isOver
                    && responder.continues(
                        encoded: ControlHandler.object { writer in
                            writer.member("state", progress.stage.rawValue)
                            writer.member("pages_done", progress.pagesDone)
                            writer.member("pages_total", progress.pagesTotal)
                        })
            },
            part: { bytes, offset, size in
                !stream.isOver
                    && responder.continues(
                        encoded: ControlHandler.object { writer in
                            writer.member("state", "sending")
                            writer.member("offset", offset)
                            writer.member("size", size)
                            let text = Data(bytes).base64EncodedData()
                            writer.member("data", raw: [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")])
                        })
            },
            whenDrained: { responder.whenDrained($0) })
    }
}
