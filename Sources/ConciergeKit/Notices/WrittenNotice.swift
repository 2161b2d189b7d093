/// A notice that a rule or a handler has written.
package struct WrittenNotice: Sendable, Hashable {
    package var audience: Audience
    package let name: String
    package let words: Text
    package let isSecret: Bool
    /// What templates may use of it, by name; empty for a notice in words alone.
    package var values: [String: NoticeValue] = [:]
    /// Later than this it is not delivered any more.
    package var usefulUntil: Instant?
    /// Whether it is true only as long as the request stays in its state.
    package var isOnlyInState = false
    /// Whether it is delivered at any hour, because somebody's safety is at stake.
    package var isUrgent = false
    /// The names of the notices that it makes out of date, its own among them.
    package var supersedes: Set<String>
    /// The names of the notices that it takes back.
    package var retracts: Set<String> = []

    package init(
        audience: Audience, name: String, words: Text, isSecret: Bool, usefulUntil: Instant? = nil,
        isOnlyInState: Bool = false, isUrgent: Bool = false
    ) {
        self.audience = audience
        self.name = name
        self.words = words
        self.isSecret = isSecret
        self.usefulUntil = usefulUntil
        self.isOnlyInState = isOnlyInState
        self.isUrgent = isUrgent
        supersedes = [name]
    }

    package init<N: Notice>(
        _ notice: N, to audience: Audience, isSecret: Bool, usefulUntil: Instant?, isOnlyInState: Bool, isUrgent: Bool
    ) {
        self.init(
            audience: audience, name: N.name, words: notice.words, isSecret: isSecret, usefulUntil: usefulUntil,
            isOnlyInState: isOnlyInState, isUrgent: isUrgent)
        values = NoticeValue.all(of: notice)
        supersedes.formUnion(N.supersedes.map { $0.name })
        retracts = Set(N.retracts.map { $0.name })
    }
}

/// A value of a notice. A time keeps its kind, so that languages other than the lodge's own can say it too.
package enum NoticeValue: Sendable, Hashable {
    case text(Text)
    case instant(Instant)
    case day(LocalDate)

    /// The values of a notice: its stored properties by their names, without those that are nil or false.
    static func all(of notice: some Notice) -> [String: NoticeValue] {
        var values: [String: NoticeValue] = [:]
        for child in Mirror(reflecting: notice).children {
            if let label = child.label, let value = NoticeValue(child.value) { values[Naming.wire(label)] = value }
        }
        return values
    }

    private init?(_ value: Any) {
        switch value {
        case let text as Text: self = .text(text)
        case let text as String: self = .text(Text(verbatim: text))
        case let instant as Instant: self = .instant(instant)
        case let day as LocalDate: self = .day(day)
        case let number as Int: self = .text(Text(fr: "\(number)", en: "\(number)"))
        case let money as Money: self = .text(Text(fr: "\(money)", en: "\(money)"))
        case let span as Duration: self = .text(Text(fr: "\(span)", en: "\(span)"))
        case let isTrue as Bool:
            guard isTrue else { return nil }
            self = .text(Text(fr: "oui", en: "yes"))
        default:
            let mirror = Mirror(reflecting: value)
            if mirror.displayStyle == .optional {
                guard let wrapped = mirror.children.first?.value else { return nil }
                self.init(wrapped)
            } else {
                self = .text(Text(verbatim: "\(value)"))
            }
        }
    }

    /// The value with the times in its text written in a zone.
    package func said(in zone: Zone) -> NoticeValue {
        if case .text(let text) = self { .text(text.said(in: zone)) } else { self }
    }
}

extension NoticeValue: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, at, day
    }

    /// Reads what ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let instant = try container.decodeIfPresent(Instant.self, forKey: .at) {
            self = .instant(instant)
        } else if let day = try container.decodeIfPresent(LocalDate.self, forKey: .day) {
            self = .day(day)
        } else {
            self = .text(try container.decode(Text.self, forKey: .text))
        }
    }

    /// Writes an object with one member, which says the kind.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .instant(let instant): try container.encode(instant, forKey: .at)
        case .day(let day): try container.encode(day, forKey: .day)
        }
    }
}
