/// A service whose requests are each about a time, such as an appointment or a booking. A list of the service has the open
/// ones in the order of their times.
public protocol TimedService: Service {
    /// When it takes place; nil while that is not known. Like a rule it depends on nothing but the record and the settings.
    func when(_ record: Record) -> Instant?
}
