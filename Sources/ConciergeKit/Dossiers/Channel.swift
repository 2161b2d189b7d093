/// A way in which the lodge reaches a resident.
public enum Channel: String, Sendable, Hashable, CaseIterable, Codable {
    /// A mail to the address that the directory has.
    case email
    /// A call to the number that the directory has.
    case phone
    /// A letter or a note that somebody puts into their box at the entrance.
    case letter
    /// Somebody of the lodge who rings at their door.
    case door

    /// What people call the channel: `courriel`, `boîte aux lettres`.
    public var words: Text {
        switch self {
        case .email: Text(fr: "courriel", en: "e-mail")
        case .phone: Text(fr: "téléphone", en: "telephone")
        case .letter: Text(fr: "boîte aux lettres", en: "letter box")
        case .door: Text(fr: "à la porte", en: "at the door")
        }
    }
}
