import JSON

/// A setting, declared once: its type, its default, its limits and its description are used for decoding, for the check
/// with file and line, for the example configuration and for the documentation of operations.
///
/// ```swift
/// public struct RepairSettings: Settings {
///     @Setting("After so many visits that found nobody a repair is cancelled.", in: 1...) var noAccessLimit = 3
///     @Setting("When overdue repairs are reported.") var reportAt = TimeOfDay(minutes: 8 * 60)
///     public init() {}
/// }
/// ```
///
/// Its key is derived from its name in code: `noAccessLimit` is `no_access_limit`. `in:` limits the value, the length
/// of a text in characters, or the count of a list. The description is for operations and in English, like their
/// documents.
@propertyWrapper
public struct Setting<Value: FieldValue>: Sendable {
    private let words: String
    private let limits: Limits<Value>?
    private let example: Value?
    private let recommended: Value?
    private let blank: String?
    /// Of a setting as it is declared, its default value.
    private var value: Value?
    private var path: [PathStep] = []

    /// A setting with a default.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default, written as the initial value of the property.
    ///   - words: What the setting does, in English, for the example configuration and the table of operations.
    ///   - example: What the example configuration shows as a comment; the default if it is nil.
    ///   - recommended: What the shipped configuration sets, if that is not the default.
    ///   - blank: Why the key is refused when it is present without a value; if it is nil, a key without a value means
    ///     the default.
    public init(
        wrappedValue: Value, _ words: String, example: Value? = nil, recommended: Value? = nil, blank: String? = nil
    ) {
        self.init(words, nil, wrappedValue, example, recommended, blank)
    }

    /// A setting with a default and limits.
    public init(
        wrappedValue: Value, _ words: String, example: Value? = nil, in range: some ValueRange<Value.Bound>,
        recommended: Value? = nil, blank: String? = nil
    ) {
        self.init(words, Limits(range), wrappedValue, example, recommended, blank)
    }

    /// A setting without a default; one that is not optional must be given.
    public init(_ words: String, example: Value? = nil, blank: String? = nil) {
        self.init(words, nil, Value.absent, example, nil, blank)
    }

    /// A setting without a default, with limits; one that is not optional must be given.
    public init(_ words: String, example: Value? = nil, in range: some ValueRange<Value.Bound>, blank: String? = nil) {
        self.init(words, Limits(range), Value.absent, example, nil, blank)
    }

    private init(
        _ words: String, _ limits: Limits<Value>?, _ initial: Value?, _ example: Value?, _ recommended: Value?,
        _ blank: String?
    ) {
        self.words = words
        self.limits = limits
        self.example = example
        self.recommended = recommended
        self.blank = blank
        value = initial
    }

    /// What the configuration says, or the default where it says nothing.
    public var wrappedValue: Value {
        get {
            guard let value else {
                // Only code that creates settings by hand and forgets one gets here: decoding refuses a missing setting
                // first.
                preconditionFailure("the setting \"\(words)\" was read before it was given a value")
            }
            return value
        }
        set { value = newValue }
    }

    /// The setting itself, for ``wrong(_:at:)``.
    public var projectedValue: Self { self }

    /// Creates the error that the value of this setting is wrong, for ``Settings/check()`` and for a provider that
    /// finds the mistake while it is created. The message contains the key and its place in the files.
    ///
    /// - Parameters:
    ///   - reason: What is wrong, as the end of a sentence that begins with the key: `must be less than due`.
    ///   - inside: The path from the setting to the wrong value: keys and indices of elements.
    public func wrong(_ reason: String, at inside: PathStep...) -> Mismatch { Mismatch(path + inside, .words(reason)) }
}

extension Setting: Decodable {
    /// Reads the value; works only within the decoding of its section.
    public init(from decoder: any Decoder) throws {
        // A property that is not declared has no entry in the section's empty value.
        guard let reader = decoder as? DeclarationReader, var setting = reader.slot.declared as? Self else {
            throw NotDeclared()
        }
        setting.path = reader.slotPath
        if let blank = setting.blank, reader.isBlank { throw Mismatch(setting.path, .words(blank)) }
        if let json = reader.given() {
            let given = Given(json, at: setting.path)
            let value: Value
            if let initial = setting.value {
                // What a section or a dictionary leaves out keeps its default.
                value = try Value.read(given, over: initial)
            } else {
                value = try Value.read(given)
            }
            try setting.limits?.check(value, given)
            setting.value = value
        }
        guard setting.value != nil else { throw Mismatch(setting.path, .missing(Value.kind)) }
        self = setting
    }
}

extension Setting: Declared {
    func schema(named name: String) -> FieldSchema {
        FieldSchema(
            name: name, kind: Value.kind, isRequired: value == nil, title: Text(verbatim: words),
            limits: limits?.words, initial: json,
            exampleValue: example?.written?.json, recommended: recommended?.written?.json, blank: blank,
            limitMistake: limits?.mistake(default: value, example: example, recommended: recommended))
    }

    var isLimited: Bool { limits != nil }

    var json: JSON? { value?.written?.json }
}
