package import Civil
package import JSON
package import Wording

/// The values of the control interface. Each is declared here once. The daemon writes it, and conciergectl reads it.
package enum Wire {}

/// An object of the control interface.
///
/// It is read and written by `JSONCoding`, or is ``HandWritten``.
package protocol WireValue: Codable, Sendable {
    /// Writes the object.
    func write(to writer: inout JSONWriter) throws
}

extension WireValue {
    package func write(to writer: inout JSONWriter) throws { writer.value(try JSONCoding.json(of: self)) }

    /// The object as JSON.
    package func encoded() throws -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        try write(to: &writer)
        return writer.bytes
    }
}

/// An object with a hand-written encoder beside its declaration. Frequent replies, such as those to `Open`, `Get` and
/// `Watch`, are such objects, because `JSONCoding` takes seven times as many instructions. A test compares the output
/// of both.
package protocol HandWritten: WireValue {
    func write(to writer: inout JSONWriter)
}

extension HandWritten {
    /// The object as JSON.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        write(to: &writer)
        return writer.bytes
    }
}

extension Wire {
    /// An object that is passed on unchanged, such as a request's record.
    package struct RawObject: Sendable, Hashable, Codable {
        private enum Content: Sendable {
            case members(JSONObject)
            case encoded([UInt8])
        }

        private let content: Content

        package init(_ members: JSONObject = [:]) { content = .members(members) }

        /// An object that is encoded already. The bytes are not checked.
        package init(encoded bytes: [UInt8]) { content = .encoded(bytes) }

        package var members: JSONObject {
            switch content {
            case .members(let members): members
            case .encoded(let bytes): (try? JSON.parse(bytes))?.objectValue ?? [:]
            }
        }

        package init(from decoder: any Decoder) throws {
            guard case .object(let members) = try JSONCoding.json(in: decoder) else {
                throw DecodingError.typeMismatch(
                    JSONObject.self, .init(codingPath: decoder.codingPath, debugDescription: "expected an object"))
            }
            self.init(members)
        }

        package func encode(to encoder: any Encoder) throws { try JSONCoding.pass(.object(members), to: encoder) }

        package func write(to writer: inout JSONWriter) {
            switch content {
            case .members(let members): writer.value(.object(members))
            case .encoded(let bytes): writer.raw(bytes)
            }
        }

        package static func == (left: RawObject, right: RawObject) -> Bool { left.members == right.members }
        package func hash(into hasher: inout Hasher) { hasher.combine(members) }
    }

    /// A word from a list that may grow, such as the state of a run. An unknown word is kept unchanged. `Of` names the
    /// list.
    package struct Word<Of>: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
        package init(stringLiteral word: String) { rawValue = word }
    }

    /// An object without members.
    package struct Empty: WireValue, Hashable {
        package init() {}
    }

    /// Why a request, run or provider is not executed: it has crashed the daemon, or its timers fire endlessly.
    package struct Quarantine: HandWritten, Hashable {
        package var kind: Kind
        package var since: Instant
        /// How often it has crashed the daemon since it was last released; 0 if nothing crashed.
        package var crashes: Int
        /// The event during which the last crash happened, or the event that starts a timer endlessly.
        package var event: String
        /// The signal that ended the daemon, or `aborted` or `killed`; `timer-loop` if nothing crashed.
        package var cause: String

        /// Whether a request, a run or a provider is in quarantine.
        package typealias Kind = Wire.Word<Wire.Quarantine>

        package init(kind: Kind, since: Instant, crashes: Int, event: String, cause: String) {
            self.kind = kind
            self.since = since
            self.crashes = crashes
            self.event = event
            self.cause = cause
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("kind", kind.rawValue)
            writer.member("since", since)
            writer.member("crashes", crashes)
            writer.member("event", event)
            writer.member("cause", cause)
            writer.endObject()
        }
    }

    /// One field of an input: all that a form needs. Also the title of a record's member.
    package struct Field: WireValue, Hashable {
        package var name: String
        package var kind: Kind
        package var required: Bool
        package var title: Text
        /// In the form in which it is typed, like the default and the limits.
        package var example: String?
        package var choices: [Choice]
        /// What is expected of a text of its own form: `a plot number like A-12`.
        package var expects: Text?
        package var limits: Limits?
        package var `default`: String?
        /// True if only staff see the value.
        package var secret: Bool?
        /// True if a text may have several lines.
        package var lines: Bool?
        /// True for what a scanner reads from a label.
        package var scanned: Bool?
        /// True if a person is asked for it although it may be left out.
        package var asked: Bool?
        /// Names that are known for a text, such as those of the contractors; others may be given too.
        package var known: [String]?

        /// A value to choose, and its words.
        package struct Choice: WireValue, Hashable {
            package var value: String
            package var words: Text
            /// When to choose it.
            package var explanation: Text?

            package init(value: String, words: Text, explanation: Text? = nil) {
                self.value = value
                self.words = words
                self.explanation = explanation
            }
        }

        /// The least and the greatest value, or length of a text, or count of a list.
        package struct Limits: WireValue, Hashable {
            package var least: String?
            package var greatest: String?
            package var unit: Unit

            /// What the limits count: the value itself, characters, or elements.
            package typealias Unit = Wire.Word<Wire.Field.Limits>

            package init(least: String?, greatest: String?, unit: Unit) {
                self.least = least
                self.greatest = greatest
                self.unit = unit
            }
        }

        /// The type of the values. conciergectl sends the value of an unknown kind as a string, and the daemon decides.
        package typealias Kind = Wire.Word<Wire.Field>

        package init(
            name: String, kind: Kind, required: Bool, title: Text, example: String? = nil, choices: [Choice] = [],
            expects: Text? = nil, limits: Limits? = nil, default: String? = nil, secret: Bool? = nil,
            lines: Bool? = nil, scanned: Bool? = nil, asked: Bool? = nil, known: [String]? = nil
        ) {
            self.name = name
            self.kind = kind
            self.required = required
            self.title = title
            self.example = example
            self.choices = choices
            self.expects = expects
            self.limits = limits
            self.default = `default`
            self.secret = secret
            self.lines = lines
            self.scanned = scanned
            self.asked = asked
            self.known = known
        }
    }
}

extension Wire.Word<Wire.Quarantine> {
    package static var request: Self { "request" }
    package static var run: Self { "run" }
    package static var provider: Self { "provider" }
}

extension Wire.Word<Wire.Field> {
    package static var string: Self { "string" }
    package static var int: Self { "int" }
    package static var float: Self { "float" }
    package static var bool: Self { "bool" }
    package static var time: Self { "time" }
    package static var date: Self { "date" }
    package static var money: Self { "money" }
    /// Of a record's member alone: from one time to another, as a list of both.
    package static var range: Self { "range" }
    /// Of a record's member alone: a length of time, as a list of two numbers.
    package static var span: Self { "span" }
    package static var choice: Self { "choice" }
}

extension Wire.Word<Wire.Field.Limits> {
    package static var value: Self { "value" }
    package static var characters: Self { "characters" }
    package static var elements: Self { "elements" }
}

// MARK: - Writing by hand

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: Instant) {
        key(plain: name)
        string(value.description)
    }

    mutating func member(_ name: StaticString, _ value: Instant?) {
        if let value { member(name, value) }
    }

    mutating func member(_ name: StaticString, _ value: Text?) {
        guard let value else { return }
        key(plain: name)
        text(value)
    }

    private mutating func text(_ value: Text) {
        beginObject()
        member("fr", value.fr)
        member("en", value.en)
        endObject()
    }

    mutating func member(_ name: StaticString, _ values: [Text]) {
        key(plain: name)
        beginArray()
        for value in values { text(value) }
        endArray()
    }

    mutating func member(_ name: StaticString, _ value: Wire.RawObject?) {
        guard let value else { return }
        key(plain: name)
        value.write(to: &self)
    }

    mutating func member(_ name: StaticString, _ value: (some HandWritten)?) {
        guard let value else { return }
        key(plain: name)
        value.write(to: &self)
    }

    mutating func member(_ name: StaticString, _ values: [some HandWritten]) {
        key(plain: name)
        beginArray()
        for value in values { value.write(to: &self) }
        endArray()
    }
}

// MARK: - Reading by hand

extension JSONObject {
    /// The string of a member.
    ///
    /// - Throws: `DecodingError` if the member is missing or is not a string.
    func text(_ name: String) throws -> String {
        if let text = self[name]?.stringValue { return text }
        throw DecodingError.keyNotFound(
            MemberKey(stringValue: name), .init(codingPath: [], debugDescription: "there is no such text"))
    }
}

private struct MemberKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
