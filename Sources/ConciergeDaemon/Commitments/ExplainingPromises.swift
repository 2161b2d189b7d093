import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import WorkingCalendar

/// Explains when a promise is due.
struct ExplainingPromises: Sendable {
    /// The most pauses of one promise.
    static let pauses = 1000
    /// The most seasons of one term: more of them have days in common.
    static let seasons = 366

    let calendars: WorkingCalendars
    /// Where the residences are.
    let ledger: any Ledger
    let clock: @Sendable () -> Instant

    func explain(_ call: CommitmentMethods.Explain) async throws -> CommitmentMethods.Explain.Reply {
        let term: Term
        do throws(Term.Mistake) {
            term = try Term(call.term)
        } catch {
            throw ControlError.invalid("term", error.words)
        }
        let seasonal = try seasonal(term, of: call)
        let (name, calendar) = try await calendar(of: call)
        let start = call.from ?? clock()
        let choice = calendar.choice(of: seasonal, from: start)
        let pauses = try pauses(of: call)
        let promise: Promise
        do throws(Promise.Mistake) {
            promise = try Promise(
                choice.term, season: choice.season, from: start, pauses: pauses, isPausable: call.pausable ?? true)
        } catch {
            throw ControlError.invalid("pauses", error.words)
        }
        return CommitmentMethods.Explain.Reply(calendar.explain(promise, name: name))
    }

    /// The term with those of the seasons.
    private func seasonal(_ term: Term, of call: CommitmentMethods.Explain) throws(ControlError) -> SeasonalTerm {
        guard let texts = call.seasons else { return SeasonalTerm(term) }
        guard texts.count <= Self.seasons else {
            throw .invalid(
                "seasons", Text(fr: "il y en a plus de \(Self.seasons)", en: "there are more than \(Self.seasons)"))
        }
        var seasons: [SeasonTerm] = []
        for (index, text) in texts.enumerated() {
            do throws(SeasonalTerm.Mistake) {
                seasons.append(try SeasonTerm(text))
            } catch {
                throw .invalid("seasons[\(index)]", error.words)
            }
        }
        do throws(SeasonalTerm.Mistake) {
            return try SeasonalTerm(term, in: seasons)
        } catch {
            throw .invalid("seasons", error.words)
        }
    }

    /// The calendar that is named, else that of the residence, else the only one; in the zone and with the public holidays
    /// of the residence, if it says them.
    private func calendar(
        of call: CommitmentMethods.Explain
    ) async throws -> (name: String, calendar: WorkingCalendar) {
        guard let name = call.residence else { return try calendars.find(call.calendar) }
        guard let residence = try await ledger.entry(of: Residence.self, named: Folding.text(name)) else {
            let known = try await ledger.all(Residence.self).map(\.name)
            throw ControlError.invalid("residence", Self.unknown(name, among: known))
        }
        let own = residence.calendar.isEmpty ? nil : residence.calendar
        let found = try calendars.find(call.calendar ?? own)
        return (
            found.name, found.calendar.kept(zone: Zone(residence.zone), region: HolidayRegion(residence.region))
        )
    }

    private static func unknown(_ name: String, among known: [String]) -> Text {
        let mistake = Text(
            fr: "la résidence « \(name) » n'est pas dans l'annuaire", en: "the directory has no residence \"\(name)\"")
        return mistake.adding(NearestName.suggestion(for: name, among: known))
    }

    private func pauses(of call: CommitmentMethods.Explain) throws(ControlError) -> [Promise.Pause] {
        let given = call.pauses ?? []
        guard given.count <= Self.pauses else {
            throw .invalid(
                "pauses", Text(fr: "il y en a plus de \(Self.pauses)", en: "there are more than \(Self.pauses)"))
        }
        var pauses: [Promise.Pause] = []
        for (index, pause) in given.enumerated() {
            if let reason = pause.reason, let mistake = TextLimits.mistake(in: reason, limit: TextLimits.line) {
                throw .invalid("pauses[\(index)].reason", mistake)
            }
            let reason = pause.reason.map { Text(verbatim: $0) }
            guard let made = Promise.Pause(from: pause.from, to: pause.to, reason: reason) else {
                throw .invalid(
                    "pauses[\(index)]",
                    Text(fr: "la pause finit avant de commencer", en: "the pause ends before it begins"))
            }
            pauses.append(made)
        }
        return pauses
    }
}

extension CommitmentMethods.Explain.Reply {
    fileprivate init(_ explanation: Explanation) {
        let outcome: Outcome =
            switch explanation.end {
            case .due: .due
            case .paused: .paused
            case .never: .never
            }
        self.init(due: explanation.deadline.instant, outcome: outcome, steps: explanation.sentences)
    }
}
