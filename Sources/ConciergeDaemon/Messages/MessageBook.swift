import ConciergeEngine
import ConciergeKit
import Foundation

/// How messages are composed: who writes, in which hours, by which templates. It follows from the configuration.
struct MessageBook: Sendable {
    /// Whom a message is for.
    struct Addressee: Sendable {
        let name: String
        /// The resident for whom they act; nil for the resident.
        var actsFor: String?
        /// The dwelling's label.
        var dwelling = ""
        /// As the directory has it, such as `fr`; empty if nobody has said it.
        var language = ""
        var place: Place?
    }

    /// One of the notices in a message.
    struct Item: Sendable {
        let words: Text
        /// The notice's name in its service.
        let name: String
        /// What templates may use of it.
        let values: [String: NoticeValue]
        /// What its request is about, as the service says it.
        let about: Text?
        /// Where it is, for who does not live there.
        var place: String?
        let service: Text
        let serviceID: ServiceID
        /// The request's id.
        let request: String
        let at: Instant
        let usefulUntil: Instant?
    }

    /// A message in all its forms.
    struct Message: Sendable, Hashable {
        /// The language of its templates.
        let language: String
        let subject: String
        let mail: String
        let letter: String
        let short: String
    }

    private let sender: Text
    private let phone: String
    private let language: Language
    private let zone: Zone
    private let calendars: CalendarBook
    private let templates: MessageTemplates
    /// When notices leave by mail; nil if none does.
    let plan: MailPlan?

    /// - Throws: If the folder of templates has a mistake.
    init(_ configuration: DaemonConfiguration, _ tree: ConfigurationTree) throws(ConfigurationError) {
        let section = configuration.messages
        do throws(MessageTemplates.Mistake) {
            let usual = DaemonConfiguration.MessagesSection.usualTemplates
            let isLeftOut = section.templates == usual && !FileManager.default.fileExists(atPath: usual)
            templates = try MessageTemplates(folder: isLeftOut ? nil : section.templates)
        } catch {
            throw tree.error(at: ["messages", "templates"], reason: error.reason)
        }
        sender = section.sender.map { Text(verbatim: $0) } ?? Text(fr: "La loge", en: "The lodge")
        phone = section.phone ?? ""
        language = configuration.lodge.language
        zone = configuration.lodge.timeZone
        calendars = configuration.calendarBook
        plan = section.plan(lodge: zone)
    }

    /// Checks the templates of notices against what the providers declare.
    ///
    /// - Throws: If a template is for a notice that there is not, or names a value that it does not have.
    func check(
        _ providers: [ProviderContents], registered: [String], _ tree: ConfigurationTree
    ) throws(ConfigurationError) {
        guard let mistake = templates.mistake(in: providers, registered: registered) else { return }
        throw tree.error(at: ["messages", "templates"], reason: mistake.reason)
    }

    /// Composes a message of notices, in the language of whom it is for.
    func message(_ items: [Item], to addressee: Addressee, at now: Instant) -> Message {
        let code = String(Folding.text(addressee.language).prefix(2))
        let (templates, language) =
            templates.languages.contains(code)
            ? (code, Language(rawValue: code) ?? language) : (language.rawValue, language)
        let zone = addressee.place?.zone ?? zone
        let common = common(items, addressee, at: now, in: zone, language)
        func text(_ form: MessageForm) -> String {
            var values = common
            values["messages"] = messages(items, as: form, in: templates, zone, language, common)
            return self.templates.render(form, in: templates, values) ?? ""
        }
        return Message(
            language: templates, subject: text(.subject), mail: text(.mail), letter: text(.letter), short: text(.short))
    }

    /// The values that are the same in all forms of a message.
    private func common(
        _ items: [Item], _ addressee: Addressee, at now: Instant, in zone: Zone, _ language: Language
    ) -> [String: Any] {
        let place = addressee.place
        func said(_ text: Text) -> String { text.said(in: zone)[language] }
        var values: [String: Any] = [
            "sender": said(sender), "count": items.count, "several": items.count > 1,
            "today": said(Text(fr: "\(now, .dayAndYear)", en: "\(now, .dayAndYear)")),
        ]
        func set(_ name: String, _ text: String?) { if let text, !text.isEmpty { values[name] = text } }
        set("name", addressee.name)
        set("acts_for", addressee.actsFor)
        set("dwelling", addressee.dwelling)
        set("residence", place?.name)
        set("address", place?.address)
        set("phone", place.map(\.phone).flatMap { $0.isEmpty ? nil : $0 } ?? phone)
        set("service", items.first.map { said($0.service) })
        if let place, !place.workingCalendar.isEmpty {
            set("hours", said(calendars.calendar(of: "", at: place).calendar.hours.words))
        }
        if let oldest = items.map(\.at).min(), isLate(oldest, at: now, place) {
            set("late", said(Text(fr: "\(oldest, .full)", en: "\(oldest, .full)")))
        }
        return values
    }

    /// What a form of a message says of each notice.
    private func messages(
        _ items: [Item], as form: MessageForm, in code: String, _ zone: Zone, _ language: Language,
        _ common: [String: Any]
    ) -> [[String: Any]] {
        func said(_ text: Text) -> String { text.said(in: zone)[language] }
        let shared = common.filter { MessageTemplates.shared.contains($0.key) }
        return items.map { item in
            let own = item.values.mapValues { words(of: $0, in: code, zone, language) }
            let written = templates.words(
                of: item.name, item.serviceID.rawValue, as: form, in: code, shared.merging(own) { $1 })
            return message(item, written ?? said(item.words), said)
        }
    }

    /// A value in a language. Times are said in numbers where the lodge does not speak it.
    private func words(of value: NoticeValue, in code: String, _ zone: Zone, _ language: Language) -> String {
        let speaks = Language(rawValue: code) != nil
        switch value {
        case .text(let text): return text.said(in: zone)[language]
        case .instant(let instant):
            guard !speaks else {
                return Text(fr: "\(instant, .full)", en: "\(instant, .full)").said(in: zone)[language]
            }
            let (date, time) = zone.local(instant)
            return "\(date) \(time)"
        case .day(let day):
            return speaks ? Text(fr: "\(day, .dayAndYear)", en: "\(day, .dayAndYear)")[language] : "\(day)"
        }
    }

    private func message(_ item: Item, _ words: String, _ said: (Text) -> String) -> [String: Any] {
        var values: [String: Any] = [
            "words": words, "request": item.request, "service": said(item.service),
        ]
        if let about = item.about.map(said), !about.isEmpty { values["about"] = about }
        if let place = item.place { values["where"] = place }
        if let until = item.usefulUntil { values["until"] = said(Text(fr: "\(until, .full)", en: "\(until, .full)")) }
        return values
    }

    /// Whether a notice should have left long ago: mail was away, or the lodge.
    private func isLate(_ written: Instant, at now: Instant, _ place: Place?) -> Bool {
        guard let plan else { return false }
        return plan.departure(at: written, to: place) + Self.patience < now
    }

    private static let patience = Duration.hours(12)
}
