extension Recurrence {
    /// The moment that represents an elapse that never comes: the first one after all that an expression can name.
    package static let never = Instant(milliseconds: 7_258_118_400_000)

    /// The mistake in the recurrence; nil if there is none.
    package var mistake: String? {
        guard case .calendar(let text, _) = self else { return nil }
        do {
            _ = try CalendarExpression(text)
            return nil
        } catch {
            return "the calendar expression \"\(text)\" is wrong at \(error)"
        }
    }

    /// The next elapse on a whole second, strictly after the instant; ``never`` if there is none.
    static func next(of text: String, in zone: Zone?, after instant: Instant) -> Instant {
        // A checked provider has no expression that cannot be read.
        guard let expression = try? CalendarExpression(text), instant < never,
            let elapse = expression.next(after: max(0, instant.milliseconds) * 1000, in: zone ?? .utc)
        else { return max(never, instant + .days(1)) }
        return Instant(milliseconds: (elapse + 999_999) / 1_000_000 * 1000)
    }

    static func normalised(_ text: String, in zone: Zone?) -> String {
        guard let expression = try? CalendarExpression(text) else { return text }
        guard let zone, expression.zone == nil else { return expression.description }
        return "\(expression) \(zone)"
    }
}

extension Schedule {
    /// The schedule with its local times in the lodge's zone, if the schedule names no zone.
    package func inLodge(of zone: Zone) -> Schedule {
        guard case .calendar(let text, nil) = recurrence else { return self }
        var schedule = self
        schedule.recurrence = .calendar(text, in: zone)
        return schedule
    }
}
