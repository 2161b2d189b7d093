import ConciergeKit

extension RepairSettings {
    /// Something that is maintained at intervals, such as a lift.
    struct Equipment: Settings {
        @Setting("What it is.", example: "Ascenseur A")
        var what: String
        @Setting("In which residence it is.", example: "Les Tilleuls")
        var residence: String
        @Setting("Its kind, for repairs that a visit finds to be needed.")
        var category = Category.lift
        @Setting("The longest time from one visit to the next.", in: .days(1) ... .days(400))
        var every: Duration = .days(42)
        @Setting("How long before the interval ends the visit is asked for.", in: .hours(1)...)
        var warning: Duration = .days(10)
        @Setting("Who maintains it, as `partners` has it.", example: "ascenseurs-durand")
        var contractor: String?
        @Setting("The day of the last visit that was made before the lodge knew of it.")
        var lastVisit: LocalDate?

        static var example: Self {
            Self { ($0.what, $0.residence, $0.contractor) = ("Ascenseur A", "Les Tilleuls", "ascenseurs-durand") }
        }
    }
}
