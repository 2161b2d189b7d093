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
    }

    /// The variables that templates have, in the order in which the documents list them.
    static let variables = [
        "sender", "name", "dwelling", "residence", "address", "hours", "phone", "today", "late", "several", "count",
        "service", "messages",
    ]
    /// The variables within each of the `messages`.
    static let messageVariables = ["words", "about", "request", "until", "service"]

    private var byLanguage: [String: [MessageForm: MustacheTemplate]] = [:]

    /// The shipped templates, and those of a folder: `LANGUAGE/FORM.mustache`.
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
                let form = file.hasSuffix(".mustache") ? MessageForm(rawValue: String(file.dropLast(9))) : nil
                guard let form else {
                    let known = MessageForm.allCases.map { "\($0.rawValue).mustache" }
                    let nearest = NearestName.suggestion(for: file, among: known)?.en
                    throw Mistake(
                        reason: "\(path)/\(file): a template is one of \(known.joined(separator: ", "))"
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
        let template: MustacheTemplate
        do {
            // Plain text: nothing is escaped for HTML.
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
        } catch {
            throw Mistake(reason: "\(name): it is no Mustache template: \(error)")
        }
        let known = Set(variables + messageVariables)
        for tag in tags(of: text) where !known.contains(tag) {
            let nearest = NearestName.suggestion(for: tag, among: known.sorted())?.en
            throw Mistake(
                reason: "\(name): there is no variable \"\(tag)\"; "
                    + (nearest ?? "the variables are \((variables + messageVariables).joined(separator: ", "))"))
        }
        return template
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
