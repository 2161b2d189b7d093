package import JSON

/// A task, declared once with the types of its input and its answer. The rules that run it or handle its end, its
/// schedules and its definition all refer to this declaration:
///
/// ```swift
/// static let dispatch = TaskName<Order, NoAnswer>("repairs.dispatch", fr: "Envoyer un bon", en: "Send a work order")
/// ```
///
/// A task whose input is an ``Input`` has a form: staff may trigger it, and a schedule may if no field is required. A
/// task with any other type of input is internal to its provider: only its rules and tasks run it.
public struct TaskName<Given: Sendable, Answer: Codable & Sendable>: Sendable {
    /// `provider.task`, as in `parcel.shelf-audit`. It never changes once runs are stored.
    public let id: String
    /// What the task does, in a few words.
    public let name: Text

    package let encode: @Sendable (Given) throws -> JSONObject
    package let decode: @Sendable (JSONObject) throws -> Given
    /// The fields of its form; nil if it has none.
    let form: InputSchema?

    /// A task with a form: staff may trigger it, and a schedule if no field is required.
    public init(_ id: String, fr: Phrase, en: Phrase) where Given: Input {
        let schema = InputSchema(of: Given.self)
        self.id = id
        name = Text(fr: fr, en: en)
        form = schema
        encode = { $0.object }
        decode = { try Given($0, schema: schema) }
    }

    /// A task that only rules and tasks of its provider run.
    @_disfavoredOverload
    public init(_ id: String, fr: Phrase, en: Phrase) where Given: Codable {
        self.id = id
        name = Text(fr: fr, en: en)
        form = nil
        encode = { given in
            let json = try JSON.parse(JSONCoding.encode(given))
            return json.objectValue ?? [Self.soleValue: json]
        }
        decode = { object in
            let json = object.count == 1 ? object[Self.soleValue] ?? .object(object) : .object(object)
            do {
                return try JSONCoding.decode(Given.self, from: Array(json.description.utf8))
            } catch let error as DecodingError {
                throw TaskFailure.final(reason: "what the task is given cannot be read: \(error.withoutValues)")
            }
        }
    }

    /// The member under which an input is stored that is no object: a text, a number, a list. No property has this
    /// name.
    private static var soleValue: String { "_" }

    package var reference: TaskReference {
        TaskReference(id: id, given: ObjectIdentifier(Given.self), answer: ObjectIdentifier(Answer.self))
    }

    package func decodeAnswer(_ bytes: [UInt8]?) throws -> Answer {
        if let none = NoAnswer() as? Answer { return none }
        return try JSONCoding.decode(Answer.self, from: bytes ?? Array("null".utf8))
    }

    /// Whether a JSON object can be an answer. A number, a text or a list is none.
    var answersWithObject: Bool {
        do {
            _ = try decodeAnswer(Array("{}".utf8))
            return true
        } catch DecodingError.typeMismatch(_, let context) {
            return !context.codingPath.isEmpty
        } catch {
            return true
        }
    }

    package func encode(answer: Answer) throws -> [UInt8]? {
        answer is NoAnswer ? nil : try JSONCoding.encode(answer)
    }
}

/// The answer of a task that has none for programs.
public struct NoAnswer: Codable, Sendable, Hashable {
    /// Creates what every task without an answer gives; it holds nothing.
    public init() {}
}

/// A reference to a task: its id, and the types of the declaration that the reference was made from.
package struct TaskReference: Sendable, Hashable {
    package let id: String
    let given: ObjectIdentifier
    let answer: ObjectIdentifier
}

extension Input {
    /// Creates a form and fills it in, for a rule or a test.
    public init(_ fill: (inout Self) -> Void) {
        self.init()
        fill(&self)
    }
}
