package import ConciergeKit

/// What chance gave when a recorded history line was decided, and the working calendar that held, so that the line can
/// be decided again.
package struct RecordedChance: Sendable {
    /// The seed of the rule's moment.
    package let seed: UInt64
    /// The request that the line opened; nil if it opened none.
    package let opened: RequestID?
    /// The working calendars by which the line's promises were counted; nil for those of the configuration.
    package let calendars: CalendarBook?

    package init(seed: UInt64, opened: RequestID? = nil, calendars: CalendarBook? = nil) {
        self.seed = seed
        self.opened = opened
        self.calendars = calendars
    }
}

extension EngineState {
    /// Decides again what a recorded history line records: the command that led to it, with what chance gave then.
    ///
    /// The numbers of runs, signals and turns in line are drawn anew; no rule sees them. Timers that follow one another
    /// without delay are not counted, because a restart that the history does not show reset the count.
    package mutating func decideAgain(
        _ command: Command, as recorded: RecordedChance, facts: any Facts, now: Instant
    ) throws -> Decision {
        self.recorded = recorded
        timerPace = TimerPace()
        defer {
            self.recorded = nil
            quarantined = Quarantined()
        }
        return try decide([command], facts: facts, now: now, generator: SplitMix64(seed: recorded.seed))
    }
}
