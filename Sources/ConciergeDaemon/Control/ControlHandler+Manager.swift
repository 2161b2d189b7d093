import ConciergeEngine
import ConciergeKit
import JSON
import Varlink

extension ControlHandler {
    func handleManager(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        switch call.name {
        case "Status": status(call, responder)
        case "Providers": providers(call, responder)
        case "Services": services(call, responder)
        case "Schedules": schedules(call, responder)
        case "Backup": backup(call, responder)
        case "Reload": reload(call, responder)
        case "PauseProvider": hold(.pause(.provider(call.string("id")), actor: caller(call).actor), call, responder)
        case "ResumeProvider": hold(.resume(.provider(call.string("id")), actor: caller(call).actor), call, responder)
        case "PauseSchedule": hold(.pause(.schedule(call.string("id")), actor: caller(call).actor), call, responder)
        case "ResumeSchedule": hold(.resume(.schedule(call.string("id")), actor: caller(call).actor), call, responder)
        case "ReleaseProvider": releaseProvider(call, responder)
        default: responder.fail(.methodNotImplemented(call.method))
        }
    }

    private func status(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            let status = try await manager.status()
            respond(responder) { writer in
                writer.member("version", status.version)
                writer.member("state", status.isStopping ? "stopping" : "serving")
                writer.member("started_at", status.startedAt)
                writer.member("store", status.store)
                if let trouble = status.trouble {
                    writer.member("store_trouble", trouble.error.words)
                    writer.member("store_trouble_since", trouble.since)
                }
                if let log = status.heldLog {
                    writer.member("log_held_size", log.size)
                    writer.member("log_held_by", log.holder)
                }
                writer.member("providers_serving", status.providersServing)
                writer.member("providers", status.providers)
                writer.member("open_requests", status.counts.openRequests)
                writer.member("pending_timers", status.counts.pendingTimers)
                writer.member("next_due", status.nextDue)
                writer.member("runs_queued", status.counts.queuedRuns)
                writer.member("runs_running", status.counts.runningRuns)
                writer.member("runs_failed", status.counts.failedRuns)
                writer.member("requests_unattended", status.unattendedRequests)
                writer.member("runs_unattended", status.unattendedRuns)
                writer.member("requests_quarantined", status.counts.quarantinedRequests)
                writer.member("runs_quarantined", status.counts.quarantinedRuns)
            }
        }
    }

    private func providers(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            let statuses = await manager.providerStatuses()
            let unattended = try await unattended()
            respond(responder) { writer in
                writer.key("providers")
                writer.beginArray()
                for status in statuses { status.write(to: &writer, unattended: unattended[status.status.manifest.id]) }
                for id in absent(from: statuses.map(\.status), unattended) {
                    writer.absent(id, unattended: unattended[id])
                }
                writer.endArray()
            }
        }
    }

    private func services(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            let wanted = call.parameters["id"]?.stringValue
            let found = manager.providers.flatMap { contents in contents.services.map { (contents.manifest.id, $0) } }
                .filter { wanted == nil || $0.1.id == wanted }
            if let wanted, found.isEmpty { throw await unknown(wanted, notFound(wanted, call), call) }
            respond(responder) { writer in
                writer.key("services")
                writer.beginArray()
                for (provider, table) in found { table.write(to: &writer, provider: provider) }
                writer.endArray()
            }
        }
    }

    private func schedules(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        read(call, responder) {
            let schedules = await manager.schedules()
            let left = try await unattendedSchedules()
            respond(responder) { writer in
                writer.key("schedules")
                writer.beginArray()
                for schedule in schedules { schedule.write(to: &writer) }
                writer.endArray()
                writer.key("unattended")
                writer.beginArray()
                for mark in left { mark.writeUnattended(to: &writer) }
                writer.endArray()
            }
        }
    }

    private func hold(_ command: Command, _ call: VarlinkCall, _ responder: VarlinkResponder) {
        submit(command, as: "", call, responder)
    }

    private func releaseProvider(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        let id = call.string("id")
        let actor = caller(call).actor
        Task(executorPreference: DaemonTasks.threads) {
            do throws(LedgerError) {
                guard manager.isRegistered(id) else { return responder.fail(notFound(id, call)) }
                guard try await manager.release(provider: id, by: actor) else {
                    let words = Text(
                        fr: "Le fournisseur « \(id) » n'est pas en quarantaine.",
                        en: "The provider \"\(id)\" is not in quarantine.")
                    return responder.fail(error(for: .refused(words), interface: call.interface))
                }
                responder.reply()
            } catch {
                responder.fail(self.error(for: error, interface: call.interface))
            }
        }
    }

    private func reload(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        Task(executorPreference: DaemonTasks.threads) {
            do throws(ReloadError) {
                try await manager.reload()
                responder.reply()
            } catch {
                switch error {
                case .refused(let error):
                    responder.fail(
                        VarlinkError("\(call.interface).BadConfiguration", ["reason": .string(error.description)]))
                case .ledger(let error):
                    responder.fail(self.error(for: error, interface: call.interface))
                }
            }
        }
    }
}
