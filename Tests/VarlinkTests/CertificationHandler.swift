import JSON
import Synchronization
import Varlink

/// `org.varlink.certification`, the interface by which Varlink implementations are tested against each other.
final class CertificationHandler: VarlinkHandler {
    static let steps = ["Start"] + (1...11).map { ($0 < 10 ? "Test0" : "Test") + "\($0)" } + ["End"]
    static let structure: JSON = ["bool": false, "int": 2, "float": 3.141592653589793, "string": "a lot of string"]
    static let set: JSON = ["one": [:], "two": [:], "three": [:]]
    static let myType: JSON = [
        "object": ["method": "org.varlink.certification.Test09", "parameters": ["map": ["foo": "Foo", "bar": "Bar"]]],
        "enum": "two",
        "struct": ["first": 1, "second": "2"],
        "array": ["one", "two", "three"],
        "dictionary": ["foo": "Foo", "bar": "Bar"],
        "stringset": set,
        "interface": [
            "foo": [nil, ["foo": "foo", "bar": "bar"], nil, ["one": "foo", "two": "bar"]],
            "anon": ["foo": true, "bar": false],
        ],
    ]
    static let replies = (1...10).map { "Reply number \($0)" }

    /// The output of each method; the next method must be called with exactly these parameters.
    static let outputs: [String: JSONObject] = [
        "Test01": ["bool": true], "Test02": ["int": 1], "Test03": ["float": 1.0], "Test04": ["string": "ping"],
        "Test05": structure.objectValue ?? [:], "Test06": ["struct": structure],
        "Test07": ["map": ["foo": "Foo", "bar": "Bar"]], "Test08": ["set": set], "Test09": ["mytype": myType],
        "Test10": ["last_more_replies": JSON(replies)], "Test11": [:], "End": ["all_ok": true],
    ]

    let interfaces: [InterfaceDefinition]
    /// The next step of each client.
    private let next = Mutex<[String: Int]>([:])

    init() throws { interfaces = [try InterfaceDefinition(Self.definition)] }

    func mayOverlap(_ method: String) -> Bool { false }

    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder) {
        guard call.name != "Start" else {
            let id = "client-\(call.connection)"
            next.withLock { $0[id] = 1 }
            return responder.reply(["client_id": .string(id)])
        }
        var parameters = call.parameters
        let id = parameters["client_id"]?.stringValue ?? ""
        parameters["client_id"] = nil
        guard let step = next.withLock({ $0[id] }) else {
            return responder.fail(VarlinkError("org.varlink.certification.ClientIdError"))
        }
        let wanted = Self.outputs[Self.steps[step - 1]] ?? [:]
        let isRight = call.name == Self.steps[step] && Self.agree(.object(parameters), .object(wanted))
        guard isRight, call.more == (call.name == "Test10"), call.oneway == (call.name == "Test11") else {
            next.withLock { $0[id] = nil }
            let error = "org.varlink.certification.CertificationError"
            return responder.fail(
                VarlinkError(error, ["wants": .object(wanted), "got": .object(call.parameters)]))
        }
        next.withLock { $0[id] = step + 1 == Self.steps.count ? nil : step + 1 }
        guard call.more else { return responder.reply(Self.outputs[call.name] ?? [:]) }
        for reply in Self.replies.dropLast() { _ = responder.continues(["string": .string(reply)]) }
        responder.reply(["string": .string(Self.replies.last ?? "")])
    }

    /// Whether both values are the same. Some peers write the float 1.0 as `1`, so an integer may stand for a float.
    private static func agree(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key].map { agree(value, $0) } ?? false }
        case (.int, .double): left.doubleValue == right.doubleValue
        default: left == right
        }
    }

    static let definition = """
        interface org.varlink.certification

        type Interface (
          foo: ?[]?[string](foo, bar, baz),
          anon: (foo: bool, bar: bool)
        )

        type MyType (
          object: object,
          enum: (one, two, three),
          struct: (first: int, second: string),
          array: []string,
          dictionary: [string]string,
          stringset: [string](),
          nullable: ?string,
          nullable_array_struct: ?[](first: int, second: string),
          interface: Interface
        )

        method Start() -> (client_id: string)
        method Test01(client_id: string) -> (bool: bool)
        method Test02(client_id: string, bool: bool) -> (int: int)
        method Test03(client_id: string, int: int) -> (float: float)
        method Test04(client_id: string, float: float) -> (string: string)
        method Test05(client_id: string, string: string) -> (bool: bool, int: int, float: float, string: string)
        method Test06(client_id: string, bool: bool, int: int, float: float, string: string)
          -> (struct: (bool: bool, int: int, float: float, string: string))
        method Test07(client_id: string, struct: (bool: bool, int: int, float: float, string: string))
          -> (map: [string]string)
        method Test08(client_id: string, map: [string]string) -> (set: [string]())
        method Test09(client_id: string, set: [string]()) -> (mytype: MyType)

        # Gives several replies, to a call with more.
        method Test10(client_id: string, mytype: MyType) -> (string: string)

        # Must be called as oneway.
        method Test11(client_id: string, last_more_replies: []string) -> ()

        method End(client_id: string) -> (all_ok: bool)

        error ClientIdError ()
        error CertificationError (wants: object, got: object)
        """
}
