package import JSON

/// Says how people read a member of a service's record: under which title, or not at all.
///
/// It is created with `shown` and `hidden`, which are methods of ``Service``, in ``Service/members``.
public struct MemberOf<S: Service>: Sendable {
    /// A member by its key path: its name on the wire, or the mistake of the author.
    enum Named: Sendable {
        case member(String)
        case mistake(String)
    }

    let named: [Named]
    /// The title and the kind under the member's name; nil if the members are hidden.
    let schema: MemberSchema?

    fileprivate init<Value>(
        _ path: KeyPath<S.Record, Value>, kind: MemberSchema.Kind, title: Text, traits: FieldTraits = []
    ) {
        let named = Named(path)
        self.named = [named]
        schema = MemberSchema(name: named.name ?? "", kind: kind, title: title, traits: traits)
    }

    fileprivate init(hiding named: [Named]) {
        self.named = named
        schema = nil
    }

    fileprivate init(mistake: String) {
        named = [.mistake(mistake)]
        schema = nil
    }
}

/// How people read a member of a record.
package struct MemberSchema: Sendable {
    /// The form that the member has in the record.
    package enum Kind: Sendable {
        case field(FieldKind)
        /// From one time to another, as a list of both.
        case range
        /// A length of time, as a list of two numbers.
        case span
    }

    /// The name on the wire.
    package let name: String
    package let kind: Kind
    package let title: Text
    package let traits: FieldTraits
}

extension MemberSchema.Kind {
    /// Nil for a type that people cannot read.
    fileprivate init?(of type: Any.Type) {
        if type == Range<Instant>.self || type == Range<Instant>?.self {
            self = .range
        } else if type == Duration.self || type == Duration?.self {
            self = .span
        } else if let value = type as? any FieldValue.Type {
            self = .field(value.kind)
        } else {
            return nil
        }
    }
}

extension MemberOf.Named {
    /// A key path does not know its property's name otherwise. Its description is `\Record.depositKept` for a stored
    /// property, and has other signs for all else.
    fileprivate init<Value>(_ path: KeyPath<S.Record, Value>) {
        let (text, root) = (String(reflecting: path), "\\\(String(describing: S.Record.self)).")
        let name = text.hasPrefix(root) ? text.dropFirst(root.count) : ""
        if MemoryLayout<Value>.size == 0 {
            // It takes no room in memory, by which the description finds the property: it would be that of another.
            self = .mistake(
                "members: a member of the type \(Value.self) has one value only, so it says nothing: leave it out"
            )
        } else if !name.isEmpty, !name.contains(where: { ".<>?![]()".contains($0) }) {
            self = .member(MemberName.of(String(name)))
        } else {
            self = .mistake(
                "members: \(text.hasPrefix(root) ? text : "a key path") leads to no stored property of the record: name "
                    + "one of its own, as in shown(\\.unit, fr: …, en: …)")
        }
    }

    var name: String? {
        if case .member(let name) = self { name } else { nil }
    }

    var mistake: String? {
        if case .mistake(let mistake) = self { mistake } else { nil }
    }
}

extension Service {
    /// What people see of a member of the record that no input has a field for: its title, and the value as its type is
    /// said: `shown(\.keyBackAt, fr: "Clé rendue le", en: "Key back on")`. The type is one that a field may have, a
    /// range of time, or an optional of it; another is refused at start.
    public func shown<Value>(_ member: KeyPath<Record, Value>, fr: Phrase, en: Phrase) -> MemberOf<Self> {
        guard let kind = MemberSchema.Kind(of: Value.self) else {
            return MemberOf(
                mistake: "members: people cannot read a \(Value.self): make it a Choice or a WrittenValue, or hide it")
        }
        return MemberOf(member, kind: kind, title: Text(fr: fr, en: en))
    }

    /// A member that is named and said like the field with which it was given, although it has another name:
    /// `shown(\.depositKept, as: \GiveBack.$kept)`. One of the same name needs no line.
    public func shown<I: Input, Value, Typed>(
        _ member: KeyPath<Record, Value>, as field: any KeyPath<I, Field<Typed>> & Sendable
    ) -> MemberOf<Self> {
        let form = InputSchema(of: I.self)
        guard let index = form.index(of: field, in: I.self) else {
            return MemberOf(mistake: "members: a field of shown(…, as:) leads to no field: write as: \\GiveBack.$kept")
        }
        let given = form.fields[index]
        return MemberOf(member, kind: .field(given.kind), title: given.title, traits: given.traits)
    }

    /// Members of the record that people do not see, because they serve the rules alone: `hidden(\.quota, \.tries)`.
    /// Programs get them all the same; what only staff may see is for ``Service/secrets``.
    public func hidden<each Value>(_ members: repeat KeyPath<Record, each Value>) -> MemberOf<Self> {
        var named: [MemberOf<Self>.Named] = []
        for member in repeat each members { named.append(.init(member)) }
        return MemberOf(hiding: named)
    }
}

/// Makes one list of the lines in ``Service/members``, which may contain `if` and `else`.
@resultBuilder
public enum MembersBuilder<S: Service> {
    /// One line.
    public static func buildExpression(_ member: MemberOf<S>) -> [MemberOf<S>] { [member] }
    /// The lines, in order.
    public static func buildBlock(_ parts: [MemberOf<S>]...) -> [MemberOf<S>] { parts.flatMap(\.self) }
    /// The lines of an `if`, if its condition holds.
    public static func buildOptional(_ part: [MemberOf<S>]?) -> [MemberOf<S>] { part ?? [] }
    /// The lines of an `if` that has an `else`.
    public static func buildEither(first part: [MemberOf<S>]) -> [MemberOf<S>] { part }
    /// The lines of an `else`.
    public static func buildEither(second part: [MemberOf<S>]) -> [MemberOf<S>] { part }
}

/// What people see of the records of a service: the members that it names, and those that have the name of a field.
package struct RecordWords: Sendable {
    /// The titles and kinds, by the names of the members.
    package let shown: [MemberSchema]
    /// The names of the members that the service itself names, shown or hidden.
    package let named: Set<String>
    /// The mistakes of the author.
    package let mistakes: [String]
    private let hidden: Set<String>
    private let names: @Sendable (JSONObject) -> Set<String>

    /// - Parameter inputs: What is given at the opening and with the actions; of two fields of a name, the first counts.
    package init<S: Service>(of service: S, inputs: [InputSchema]) {
        let members = service.members
        let names = members.flatMap(\.named).compactMap(\.name)
        let named = Set(names)
        var fields: [MemberSchema] = []
        for field in inputs.flatMap(\.fields) where !named.contains(field.name) {
            if fields.contains(where: { $0.name == field.name }) { continue }
            fields.append(
                MemberSchema(name: field.name, kind: .field(field.kind), title: field.title, traits: field.traits))
        }
        shown = members.compactMap(\.schema).filter { !$0.name.isEmpty } + fields
        self.named = named
        hidden = Set(members.filter { $0.schema == nil }.flatMap(\.named).compactMap(\.name))
        mistakes =
            members.flatMap(\.named).compactMap(\.mistake)
            + named.sorted().filter { name in names.count { $0 == name } > 1 }.map {
                "members: \"\($0)\" stands twice: write one line for it"
            }
        self.names = { MemberNames.read(S.Record.self, from: $0) }
    }

    /// What is missing so that people can read a record, each as text for the author.
    package func gaps(in record: JSONObject) -> [String] {
        let names = names(record)
        return names.sorted().compactMap { name in
            guard !hidden.contains(name) else { return nil }
            guard let field = shown.first(where: { $0.name == name }) else {
                return "\"\(name)\" has no title: write shown(…) or hidden(…) in members"
            }
            guard let value = record[name], !field.kind.canSay(value) else { return nil }
            return "\"\(name)\" is not stored as \(field.kind.noun): its title is that of another value"
        }
            + named.subtracting(names).sorted().map { "\"\($0)\" is in members, and not in what is stored" }
    }
}

extension MemberSchema.Kind {
    /// Whether a value of a record has the form that this kind of value has there.
    fileprivate func canSay(_ value: JSON) -> Bool {
        switch self {
        case _ where value.isNull: true
        case .range: (try? JSONCoding.decode(Range<Instant>.self, from: value)) != nil
        case .span: (try? JSONCoding.decode(Duration.self, from: value)) != nil
        case .field(let kind): kind.canSay(value)
        }
    }

    fileprivate var noun: String {
        switch self {
        case .range: "a range of time"
        case .span: "a length of time"
        case .field(let kind): kind.noun
        }
    }
}

extension FieldKind {
    fileprivate func canSay(_ value: JSON) -> Bool {
        switch self {
        case .list(let element): value.arrayValue?.allSatisfy(element.canSay) ?? false
        case .time: value.stringValue.flatMap { Instant($0) } != nil
        case .date: value.stringValue.flatMap { LocalDate($0) } != nil
        case .money: value.stringValue.flatMap { Money($0) } != nil
        case .choice(let choices): choices.contains { $0.value == value.stringValue }
        case .int, .float: value.doubleValue != nil
        case .bool: value.boolValue != nil
        case .string, .form: value.stringValue != nil
        case .map, .section: false
        }
    }
}

/// Decodes a record and notes the names of the members that its type asks for, also of those that have no value.
private final class MemberNames: DeclaredDecoder {
    private let record: JSONObject
    private var names: Set<String> = []

    private init(_ record: JSONObject) { self.record = record }

    static func read<Record: Decodable>(_ type: Record.Type, from record: JSONObject) -> Set<String> {
        let reader = MemberNames(record)
        _ = try? Record(from: reader)
        return reader.names.union(record.keys)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container(reader: self))
    }

    private func value(_ key: some CodingKey) -> JSON? {
        let name = MemberName.of(key.stringValue)
        names.insert(name)
        return record[name]
    }

    private struct Container<Key: CodingKey>: DeclaredMembers {
        let reader: MemberNames

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            guard let value = reader.value(key) else { throw NotDeclared() }
            return try JSONCoding.decode(type, from: value)
        }

        func contains(_ key: Key) -> Bool { reader.value(key) != nil }
        func decodeNil(forKey key: Key) throws -> Bool { reader.value(key)?.isNull ?? true }
    }
}
