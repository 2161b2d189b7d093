import ConciergeEngine
import ConciergeKit
import Foundation
import Mustache

/// What a message is composed for. The raw value is the name of its template.
enum MessageForm: String, CaseIterable, Sendable {
    /// The text of a mail.
    case mail
    /// The subject of a mail, one line.
    case subject
    /// A letter on paper.
    case letter
    /// A few words, for a telephone.
    case short
}

/// The templates of messages, by language and form: the shipped ones, and over them those of the landlord's folder.
///
/// They are Mustache (mustache.github.io), without escapes, because what comes out is plain text.
struct MessageTemplates: Sendable {
    /// Why a template cannot be used. It says which file, and what to do.
    struct Mistake: Error {
        let reason: String

        init(reason: String) { self.reason = reason }

        /// With the nearest name that would be right, or else with what is known.
        init(reason: String, _ nearest: Text?, _ known: String? = nil) {
            self.reason = [reason, nearest?.en ?? known].compactMap(\.self).joined(separator: "; ")
        }
    }

    /// The variables that templates have, in the order in which the documents list them.
    static let variables = [
        "sender", "name", "acts_for", "dwelling", "residence", "address", "hours", "phone", "today", "late", "several",
        "count",
        "service", "messages",
    ]
    /// The variables within each of the `messages`.
    static let messageVariables = ["words", "about", "where", "request", "until", "service"]

    private var byLanguage: [String: [MessageForm: MustacheTemplate]] = [:]

    /// A template for the words of a notice, which wins over those of the service.
    private struct NoticeTemplate {
        let path: String
        let service: String
        let notice: String
        let tags: [String]
        let template: MustacheTemplate
    }

    /// By language and the name of the file without its ending: `parcel.reception.arrival`, and for a few words
    /// `parcel.reception.arrival.short`.
    private var notices: [String: [String: NoticeTemplate]] = [:]

    /// The shipped templates, and those of a folder: `LANGUAGE/FORM.mustache` and `LANGUAGE/SERVICE.NOTICE.mustache`.
    /// ``mistake(in:registered:)`` checks the latter once the services are known.
    ///
    /// - Throws: ``Mistake`` for the first file that cannot be read, does not parse, names an unknown variable or has an
    ///   unknown name, and for a language of which a form is missing.
    init(folder: String? = nil) throws(Mistake) {
        for (language, form, text) in Self.shipped {
            byLanguage[language, default: [:]][form] = try Self.template(text, of: "\(form.rawValue).\(language)")
        }
        guard let folder else { return }
        for language in try Self.names(in: folder) {
            let path = "\(folder)/\(language)"
            guard language.count == 2, language.allSatisfy({ $0.isASCII && $0.isLowercase }) else {
                throw Mistake(reason: "\(path): a folder of templates is named after a language, like fr or de")
            }
            for file in try Self.names(in: path) {
                if let notice = try Self.notice(file, in: path) {
                    notices[language, default: [:]][String(file.dropLast(9))] = notice
                    continue
                }
                let form = file.hasSuffix(".mustache") ? MessageForm(rawValue: String(file.dropLast(9))) : nil
                guard let form else {
                    let known = MessageForm.allCases.map { "\($0.rawValue).mustache" }
                    let nearest = NearestName.suggestion(for: file, among: known)?.en
                    throw Mistake(
                        reason: "\(path)/\(file): a template is one of \(known.joined(separator: ", ")), or "
                            + "SERVICE.NOTICE.mustache, like parcel.reception.arrival.mustache"
                            + (nearest.map { "; \($0)" } ?? ""))
                }
                byLanguage[language, default: [:]][form] = try Self.template(
                    try Self.text(of: "\(path)/\(file)"), of: "\(path)/\(file)")
            }
            if let missing = MessageForm.allCases.first(where: { byLanguage[language]?[$0] == nil }) {
                throw Mistake(
                    reason: "\(path): \(missing.rawValue).mustache is missing: a language needs all of "
                        + MessageForm.allCases.map(\.rawValue).joined(separator: ", "))
            }
        }
    }

    /// The template of a notice, if the file's name is that of one: a service has two words, so that there are three.
    private static func notice(_ file: String, in path: String) throws(Mistake) -> NoticeTemplate? {
        guard file.hasSuffix(".mustache") else { return nil }
        var words = file.dropLast(9).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if words.count == 4, words[3] == MessageForm.short.rawValue { words.removeLast() }
        guard words.count == 3, words.allSatisfy({ !$0.isEmpty }) else { return nil }
        let text = try text(of: "\(path)/\(file)")
        return NoticeTemplate(
            path: "\(path)/\(file)", service: "\(words[0]).\(words[1])", notice: words[2], tags: tags(of: text),
            template: try parsed(text, of: "\(path)/\(file)"))
    }

    /// The variables that the template of a notice has besides the notice's own.
    static let shared = ["sender", "name", "acts_for", "dwelling", "residence", "address", "hours", "phone"]

    /// Why the template of a notice does not fit its service; nil if all do. The services of providers that do not serve
    /// now are not looked at.
    ///
    /// - Parameter registered: The ids of all providers of this build.
    func mistake(in providers: [ProviderContents], registered: [String]) -> Mistake? {
        let tables = providers.flatMap(\.services)
        for template in notices.values.flatMap(\.values).sorted(by: { $0.path < $1.path }) {
            let provider = String(template.service.prefix { $0 != "." })
            guard registered.contains(provider) else {
                return Mistake(
                    reason: "\(template.path): there is no provider \"\(provider)\"",
                    NearestName.suggestion(for: provider, among: registered))
            }
            guard providers.contains(where: { $0.manifest.id == provider }) else { continue }
            guard let table = tables.first(where: { $0.id.rawValue == template.service }) else {
                return Mistake(
                    reason: "\(template.path): there is no service \"\(template.service)\"",
                    NearestName.suggestion(for: template.service, among: tables.map(\.id.rawValue)))
            }
            guard let notice = table.notices.first(where: { $0.name == template.notice }) else {
                let known = table.notices.map(\.name)
                return Mistake(
                    reason: "\(template.path): \(table.id) has no notice \"\(template.notice)\"",
                    NearestName.suggestion(for: template.notice, among: known),
                    known.isEmpty ? nil : "it has \(known.joined(separator: ", "))")
            }
            let known = notice.values + Self.shared
            for tag in template.tags where !known.contains(tag) {
                return Mistake(
                    reason: "\(template.path): there is no variable \"\(tag)\"",
                    NearestName.suggestion(for: tag, among: known),
                    "the variables are \(known.joined(separator: ", "))")
            }
        }
        return nil
    }

    /// The words of a notice by a template for it; nil if there is none.
    func words(
        of notice: String, _ service: String, as form: MessageForm, in language: String, _ values: [String: Any]
    ) -> String? {
        let known = notices[language]
        let short = form == .short ? known?["\(service).\(notice).short"] : nil
        return (short ?? known?["\(service).\(notice)"])?.template.render(values)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let shipped: [(language: String, MessageForm, text: String)] = [
        ("fr", .mail, text(PackageResources.mail_fr_mustache)), ("en", .mail, text(PackageResources.mail_en_mustache)),
        ("fr", .subject, text(PackageResources.subject_fr_mustache)),
        ("en", .subject, text(PackageResources.subject_en_mustache)),
        ("fr", .letter, text(PackageResources.letter_fr_mustache)),
        ("en", .letter, text(PackageResources.letter_en_mustache)),
        ("fr", .short, text(PackageResources.short_fr_mustache)),
        ("en", .short, text(PackageResources.short_en_mustache)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func names(in folder: String) throws(Mistake) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw Mistake(reason: "\(folder): the folder of templates cannot be read: \(String(plainly: error))")
        }
    }

    private static func text(of path: String) throws(Mistake) -> String {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(bytes: bytes, encoding: .utf8)
        else { throw Mistake(reason: "\(path): the template cannot be read as UTF-8") }
        return text
    }

    private static func template(_ text: String, of name: String) throws(Mistake) -> MustacheTemplate {
        let template = try parsed(text, of: name)
        let known = Set(variables + messageVariables)
        for tag in tags(of: text) where !known.contains(tag) {
            let nearest = NearestName.suggestion(for: tag, among: known.sorted())?.en
            throw Mistake(
                reason: "\(name): there is no variable \"\(tag)\"; "
                    + (nearest ?? "the variables are \((variables + messageVariables).joined(separator: ", "))"))
        }
        return template
    }

    private static func parsed(_ text: String, of name: String) throws(Mistake) -> MustacheTemplate {
        do {
            // Plain text: nothing is escaped for HTML.
            return try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
        } catch {
            throw Mistake(reason: "\(name): it is no Mustache template: \(error)")
        }
    }

    /// The names in a template's tags. The library tells nobody which ones a parsed template has, and rendering with
    /// examples would miss those in sections that are not shown then.
    private static func tags(of text: String) -> [String] {
        var tags: [String] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            let tag = rest[open.upperBound..<close.lowerBound].trimmingPrefix { "{#^/&".contains($0) }
            rest = rest[close.upperBound...].drop { $0 == "}" }
            // A comment.
            if tag.hasPrefix("!") { continue }
            tags.append(tag.trimmingCharacters(in: .whitespaces))
        }
        return tags
    }

    /// The languages that have templates.
    var languages: [String] { byLanguage.keys.sorted() }

    /// The text of a form in a language, without empty lines at its end and more than one in a row; nil if there are no
    /// templates in the language.
    func render(_ form: MessageForm, in language: String, _ values: [String: Any]) -> String? {
        guard let text = byLanguage[language]?[form]?.render(values) else { return nil }
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        switch form {
        case .subject, .short: return lines.joined(separator: " ").trimmingCharacters(in: .whitespaces)
        case .mail, .letter: return lines.joined(separator: "\n") + "\n"
        }
    }
}
