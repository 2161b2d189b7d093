// When a provider does not work, by the working calendar that the configuration gives it: the one that names the provider,
// else the lodge's.

extension Moment {
    /// The days among these on which the provider's working calendar is closed for the whole day, with the reason: a public
    /// holiday with its name, or a closure.
    public func daysOff(_ days: ClosedRange<LocalDate>) -> [LocalDate: DayOff] {
        (answers?.workingCalendar(at: nil) ?? officeCalendars.standard).calendar.daysOff(days)
    }
}

extension TaskContext {
    /// The days among these on which the provider's working calendar is closed for the whole day, as
    /// ``Moment/daysOff(_:)`` tells them to rules.
    public func daysOff(_ days: ClosedRange<LocalDate>) -> [LocalDate: DayOff] {
        (calendar ?? officeCalendars.standard.calendar).daysOff(days)
    }
}
