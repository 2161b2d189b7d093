public import ConciergeKit

/// The provider's section of the configuration.
public struct RoomsSettings: Settings {
    @Setting(
        "The rooms and machines that can be booked, by id. There are none by default.", example: ["laundry": .example])
    var rooms: [String: Room] = [:]
    @Setting("How far ahead can be booked.", in: .days(1)...) var horizon: Duration = .days(60)
    @Setting("How many bookings a household may have in a week.", in: 1...50) var quotaPerWeek = 3
    @Setting("How long before the start the key is handed out.") var keyLead: Duration = .minutes(15)
    @Setting("How long after the start a booking that has not begun is released.", in: .minutes(1)...)
    var noShowAfter: Duration = .minutes(10)
    @Setting("How long after the end a key is late.", in: .minutes(1)...) var grace: Duration = .minutes(10)
    @Setting("How often staff are told again of a late key.", in: .minutes(10)...)
    var remindEvery: Duration = .hours(1)
    @Setting("How long a place that came free is kept for the first in line.", in: .minutes(5)...)
    var offerFor: Duration = .hours(2)
    @Setting("When the cleaning round is planned: a calendar expression.") var cleaning = "Mon,Thu 07:00"
    @Setting("When the usage of the last month is reported: a calendar expression.") var report = "*-*-01 06:00"

    /// The defaults.
    public init() {}

    /// A room, or several machines of one kind.
    struct Room: Settings {
        @Setting("What people call it.") var name: String
        @Setting("How many can be booked at once.", in: 0...100) var units = 1
        @Setting("How many people it is for.", in: 1...500) var people = 1
        @Setting("What is left with the key.", in: 0...500) var deposit: Money = 0
        @Setting("The longest booking.", in: .minutes(15)...) var longest: Duration = .hours(12)
        @Setting("When it is open, by weekday: hours like 07:00-22:00.") var hours: [Weekday: [Hours]]

        static var example: Self {
            let hours = [Hours("07:00-22:00")].compactMap(\.self)
            return Self { ($0.name, $0.units, $0.hours) = ("Buanderie", 4, [.monday: hours]) }
        }
    }
}
