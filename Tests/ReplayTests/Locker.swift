import ConciergeKit

/// What another build of the service does differently.
enum Change: Sendable {
    case none
    case otherState, otherNotice, noNotice, otherSecret, otherRecord, otherNote, otherSignal
    case timerLess, timerMore, timerLater, timerSooner
    case claimMore, refuses, breaks, otherRun, runMore, noRun, noGrant, releasesSooner, withoutState
}

/// Lockers with a code each, a waiting list, a reminder, a check by a task and a signal at the end.
struct Locker: Service {
    static let id = "toy.locker"
    static let name = words("Locker")
    static let summary = words("Keeps things.")
    static let secrets: Set<String> = ["code"]
    static var signals: [any Signal.Type] { [Emptied.self] }

    struct Record: Codable, Equatable {
        var thing: String
        var key: String?
        var code: String
        var reminders = 0
        var isChecked = false
    }

    struct Emptied: Signal { let thing: String }

    struct Keep: Input {
        static let name = words("Keep")
        @Field(fr: "Thing", en: "Thing", example: "hat") var thing: String
        @Field(fr: "Wait", en: "Wait") var wait = false
    }
    struct Check: Input { static let name = words("Check") }
    struct Collect: Input {
        static let name = words("Collect")
        @Field(fr: "Code", en: "Code", .secret) var code: String
    }
    struct Cancel: Input { static let name = words("Cancel") }

    static let check = TaskName<Matter, Found>("toy.check", fr: "Check", en: "Check")
    struct Matter: Codable, Sendable { var thing: String }
    struct Found: Codable, Sendable { var isThere: Bool }
    static let keys = ["1", "2"]

    var change = Change.none
    var settings = LockerSettings()

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Keep.self, to: .kept, .waiting) { keep, moment in
            var locker = Draft(
                Record(thing: keep.thing, code: moment.code(digits: 6)), at: moment)
            // What the rule sees of the place is what the replay must see.
            if let place = moment.place { locker.record.thing += " in \(place.name), \(place.commonPart ?? "?")" }
            if change == .refuses { throw Refusal(fr: "Non.", en: "Not today.") }
            if change == .breaks { throw Broken() }
            if keep.wait {
                locker.record.key = locker.claim(oneOf: Self.keys, orWait: .waiting)
            } else {
                locker.record.key = try locker.claim(oneOf: Self.keys, otherwise: words("full"))
            }
            if keep.thing == "line" { _ = locker.tryClaim("line") }
            if change == .claimMore { _ = locker.tryClaim("thing:\(locker.id)") }
            if locker.record.key != nil { kept(&locker) }
            if change == .otherRecord { locker.record.thing += "!" }
            return locker
        }
        granted(from: .waiting, to: .kept, .waiting) { claim, locker in
            locker.record.key = claim.key
            if change == .noGrant { locker.postpone(because: words("later")) }
            kept(&locker)
        }
        on(Check.self, in: .kept) { _, locker in
            if change != .noRun {
                locker.run(Self.check, Matter(thing: locker.record.thing + (change == .otherRun ? "!" : "")))
            }
            if change == .releasesSooner, let key = locker.record.key { locker.release(key) }
            if change == .runMore { locker.run(Self.check, Matter(thing: "other")) }
        }
        ended(Self.check, in: .kept) { found, locker in
            if case .done(let answer) = found.result { locker.record.isChecked = answer.isThere }
            locker.notify(.staff, "checked", words(found.failure ?? "checked"))
        }
        after(.remind, in: .kept) { locker in
            locker.record.reminders += 1
            if locker.record.reminders == 2, !locker.tryClaim("line") {
                return locker.postpone(because: words("the line is busy"))
            }
            locker.notify(
                .resident, "reminder",
                Text(fr: "Rappel, le \(locker.now).", en: "\(settings.words), at \(locker.now)."))
            locker.release("line")
            if locker.record.reminders < 3 { locker.start(.remind, after: .hours(settings.hours)) }
        }
        after(.audit, in: .kept) { _ in }
        on(Collect.self, from: .kept, to: .empty, .kept) { collect, locker in
            if collect.code != locker.record.code {
                return locker.refuse(words(change == .otherNote ? "that is not it" : "wrong code"))
            }
            if change == .otherState { return locker.go(to: .kept) }
            locker.raise(Emptied(thing: locker.record.thing + (change == .otherSignal ? "!" : "")))
        }
        on(Cancel.self, from: .kept, .waiting, to: change == .withoutState ? .empty : .cancelled)
        correctable(\.thing, as: \Keep.$thing)
    }

    private func kept(_ locker: inout Draft) {
        if change != .noNotice {
            locker.notify(
                .resident, "kept",
                words(change == .otherNotice ? "It is here." : "Kept in \(locker.record.key ?? "")."))
        }
        let code = change == .otherSecret ? locker.moment.code(digits: 6, for: "other") : locker.record.code
        locker.notify(.resident, "code", words("Your code is \(code)."), secret: true)
        switch change {
        case .timerLess: break
        case .timerLater: locker.start(.remind, after: .hours(settings.hours + 1))
        case .timerSooner: locker.start(.remind, after: .hours(settings.hours - 1))
        default: locker.start(.remind, after: .hours(settings.hours))
        }
        if change == .timerMore { locker.start(.audit, after: .hours(1)) }
    }

    struct Broken: Error {}
}

extension StateOf<Locker> {
    static var kept: Self { open(fr: "kept", en: "kept", turn: .resident) }
    static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .clock) }
    static var empty: Self { closed(fr: "empty", en: "empty") }
    static var cancelled: Self { closed(fr: "cancelled", en: "cancelled") }
}

extension TimerOf<Locker> {
    static var remind: Self { timer(fr: "remind", en: "remind") }
    static var audit: Self { timer(fr: "audit", en: "audit") }
}

struct LockerSettings: Settings {
    @Setting("Hours.") var hours = 4
    @Setting("Words.") var words = "Reminder"
}

/// Cleans what was emptied.
struct Cleaning: Service {
    static let id = "toy.cleaning"
    static let name = words("Cleaning")
    static let summary = words("Cleans.")
    struct Record: Codable { var thing: String }
    struct Emptied: Input {
        static let name = words("Emptied")
        @Field(fr: "Thing", en: "Thing", example: "hat") var thing: String
    }
    struct Clean: Input { static let name = words("Clean") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(on: "toy.emptied", as: Emptied.self, to: .dirty) { emptied, moment in
            if emptied.thing == "nothing" { throw Refusal(fr: "Rien.", en: "Nothing to clean.") }
            return Draft(Record(thing: emptied.thing), at: moment)
        }
        on(Clean.self, from: .dirty, to: .clean)
    }
}

extension StateOf<Cleaning> {
    static var dirty: Self { open(fr: "dirty", en: "dirty", turn: .staff) }
    static var clean: Self { closed(fr: "clean", en: "clean") }
}

/// Counts what was emptied: another service that hears the same signal.
struct Counting: Service {
    static let id = "toy.counting"
    static let name = words("Counting")
    static let summary = words("Counts.")
    struct Record: Codable { var at: Instant }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(on: "toy.emptied", as: NoInput.self, to: .counted) { _, moment in
            Draft(Record(at: moment.now), at: moment)
        }
    }
}

extension StateOf<Counting> {
    static var counted: Self { closed(fr: "counted", en: "counted") }
}

func words(_ text: String) -> Text { Text(verbatim: text) }
