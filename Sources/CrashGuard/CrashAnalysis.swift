package import ConciergeEngine
import ConciergeKit
import Glibc

/// Finds out from the report of a life what it died of, and who is to blame.
///
/// - A signal that the handler has recorded names its thread. If that worked in a slot, the slot alone is to blame. If
///   it is a thread of the daemon's own outside provider code, nobody is: the mistake is the daemon's. If it is
///   neither (a handler may have started it), all handlers that were inside are suspects, unless some had found no
///   slot: then it could have been those.
/// - A signal from another process, which the watchdog's SIGABRT is, says nothing about the thread that it interrupted.
///   It blames the rule that was inside, because a rule that never ends is what stops the engine; never a handler.
/// - No signal: SIGKILL or a power cut. A rule takes microseconds, so that a kill finds the same request's rule again
///   and again only where the rule caused it, by taking all memory for example: it counts against the request, never
///   against the provider. A handler takes long, and a kill that finds it inside says nothing; its attempts are
///   counted anyhow. After another boot the file is not believed, for the power may have been cut while it was written.
/// - A life that stopped in order counts nothing.
package struct CrashAnalysis: Equatable {
    /// How far apart the boot's moment may be computed by two processes, in seconds.
    static let bootTolerance: Int64 = 10

    package let crashes: [Crash]
    /// The life's end for operations; nil where it stopped in order.
    package let words: String?

    init(_ report: CrashReport, now: Instant, boot: Int64) {
        guard report.isRunning else {
            (crashes, words) = ([], nil)
            return
        }
        let rule = report.marks.filter { $0.slot == CrashReport.engine }
        let handlers = report.marks.filter { $0.slot != CrashReport.engine }
        guard let death = report.death else {
            let isSameBoot = (boot - Self.bootTolerance...boot + Self.bootTolerance).contains(report.boot)
            words = "the daemon was killed, or the power was cut"
            crashes =
                isSameBoot
                ? rule.map { Self.crash($0, of: report, at: now, .killed, countsAgainstProvider: false) } : []
            return
        }
        // A file that was damaged may say anything.
        let at = (0...now.milliseconds).contains(death.wall) ? Instant(milliseconds: death.wall) : now
        let name = Self.name(of: death.signal)
        if death.isFromOutside {
            let seconds = rule.first.map { mark in
                death.monotonic < mark.since ? 0 : (death.monotonic - mark.since) / 1_000_000_000
            }
            words =
                "the daemon was ended from outside by \(name), as a watchdog does"
                + (seconds.map { ", \($0) s after a rule had begun," } ?? "")
            crashes = rule.map { Self.crash($0, of: report, at: at, .aborted) }
            return
        }
        words = "the daemon crashed with \(name)"
        switch death.thread {
        case .slot(let index):
            crashes = report.marks.filter { $0.slot == index }
                .map { Self.crash($0, of: report, at: at, .signal(name)) }
        case .own:
            crashes = []
        case .unknown where report.unmarked > 0:
            crashes = []
        case .unknown:
            let isOneProvider = Set(handlers.map(\.place.provider)).count == 1
            crashes = handlers.enumerated().map { index, mark in
                // One crash, however many are suspected of it: it counts once against their provider.
                Self.crash(
                    mark, of: report, at: at, .signal(name), suspects: handlers.count,
                    countsAgainstProvider: isOneProvider && index == 0)
            }
        }
    }

    private static func crash(
        _ mark: CrashReport.Mark, of report: CrashReport, at: Instant, _ cause: Crash.Cause, suspects: Int = 1,
        countsAgainstProvider: Bool = true
    ) -> Crash {
        Crash(
            id: String(report.life, radix: 16) + "-\(mark.slot)", at: at, cause: cause, place: mark.place,
            suspects: suspects, countsAgainstProvider: countsAgainstProvider)
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case SIGILL: "SIGILL"
        case SIGTRAP: "SIGTRAP"
        case SIGABRT: "SIGABRT"
        case SIGBUS: "SIGBUS"
        case SIGFPE: "SIGFPE"
        case SIGSEGV: "SIGSEGV"
        case SIGSYS: "SIGSYS"
        default: "signal \(signal)"
        }
    }
}
