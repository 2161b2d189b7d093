package import ConciergeEngine
import ConciergeKit
import Glibc

/// Concludes from a report why the daemon ended, and which provider code is to blame.
///
/// - A recorded signal names its thread. If the thread worked in a slot, only the code in that slot is to blame. If it
///   is one of the daemon's own threads outside provider code, no provider code is to blame: the mistake is the
///   daemon's. If it is neither (a handler may have started it), all marked handlers are suspects. If some code ran
///   without a slot, there are no suspects, because that code may have caused the signal.
/// - A signal from another process, such as the watchdog's SIGABRT, says nothing about the thread that it interrupted.
///   The marked rule is to blame, because a rule that never ends stops the engine. A handler is never to blame.
/// - No signal means SIGKILL or a power cut. A rule takes microseconds, so a kill interrupts the same request's rule
///   repeatedly only if the rule caused it, for example by taking all memory. It counts against the request, never
///   against the provider. A handler takes long, so a kill that interrupts one says nothing; the handler's attempts are
///   counted anyway. After another boot the file is not trusted, because a power cut may have left anything in it.
/// - After an orderly stop nothing counts.
package struct CrashAnalysis: Equatable {
    /// The maximum difference, in seconds, between the boot times that two processes compute for the same boot.
    static let bootTolerance: Int64 = 10

    package let crashes: [Crash]
    /// The text for operations that says how the daemon ended; nil after an orderly stop.
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
        // A damaged file may contain any time.
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
            let isOneProvider = Set(handlers.map(\.location.provider)).count == 1
            crashes = handlers.enumerated().map { index, mark in
                // This is one crash. If all suspects have the same provider, it counts once against that provider.
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
            id: String(report.life, radix: 16) + "-\(mark.slot)", at: at, cause: cause, place: mark.location,
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
