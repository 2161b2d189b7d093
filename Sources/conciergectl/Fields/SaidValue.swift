import Civil
import ConciergeProtocol
import JSON
import Wording

/// How values of a record are said to people: times in the lodge's zone, with the year if it is not the present one.
struct RecordWords: Sendable {
    let zone: Zone
    let year: Int

    init(zone: Zone, now: Instant) {
        self.zone = zone
        year = zone.local(now).date.year
    }

    /// A value of a member or a field; nil if it has another form than the kind says, and is not for people.
    func said(_ value: JSON, as field: Wire.Field) -> Text? {
        if field.isList {
            guard let elements = value.arrayValue else { return nil }
            let words = elements.compactMap { said($0, as: field.element) }
            return words.count == elements.count ? Text(fr: "\(words)", en: "\(words)") : nil
        }
        switch field.kind {
        case .choice:
            guard let text = value.stringValue else { return nil }
            return field.choices.first { $0.value == text }?.words ?? Text(verbatim: text)
        case .money: return value.stringValue.flatMap { Money($0) }.map { Text(fr: "\($0)", en: "\($0)") }
        case .bool: return value.boolValue.map { Self.said($0) }
        case .int: return value.intValue.map { Text(fr: "\($0)", en: "\($0)") }
        case .float: return value.doubleValue.map { Text(fr: "\($0)", en: "\($0)") }
        case .time: return value.stringValue.flatMap { Instant($0) }.map { said($0) }
        case .date: return value.stringValue.flatMap { LocalDate($0) }.map { said($0) }
        case .range: return (try? JSONCoding.decode(Range<Instant>.self, from: value)).map { said($0) }
        case .span: return (try? JSONCoding.decode(Duration.self, from: value)).map { Text(fr: "\($0)", en: "\($0)") }
        default: return value.stringValue.map { Text(verbatim: $0) }
        }
    }

    /// A value of which only the JSON is known; nil if that has parts, which are not for people.
    func said(_ value: JSON) -> Text? {
        switch value {
        case .string(let text): Instant(text).map { said($0) } ?? Text(verbatim: text)
        case .int(let number): Text(fr: "\(number)", en: "\(number)")
        case .double(let number): Text(fr: "\(number)", en: "\(number)")
        case .bool(let truth): Self.said(truth)
        case .null, .array, .object: nil
        }
    }

    static func said(_ truth: Bool) -> Text { truth ? Text(fr: "oui", en: "yes") : Text(fr: "non", en: "no") }

    func said(_ instant: Instant) -> Text {
        let isThisYear = zone.local(instant).date.year == year
        let text =
            isThisYear
            ? Text(fr: "\(instant)", en: "\(instant)")
            : Text(
                fr: "\(instant, .dayAndYear) à \(instant, .time)", en: "\(instant, .dayAndYear), \(instant, .time)")
        return text.said(in: zone)
    }

    /// A day, with the year if it is not the present one.
    func said(_ date: LocalDate) -> Text {
        let style: Phrase.Style = date.year == year ? .day : .dayAndYear
        return Text(fr: "\(date, style)", en: "\(date, style)")
    }

    private func said(_ range: Range<Instant>) -> Text {
        let isThisYear =
            zone.local(range.lowerBound).date.year == year && zone.local(range.upperBound).date.year == year
        let style: Phrase.Style = isThisYear ? .day : .dayAndYear
        return Text(fr: "\(range, style)", en: "\(range, style)").said(in: zone)
    }
}
