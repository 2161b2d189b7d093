public import JSON

extension InterfaceDefinition {
    /// Checks the parameters of a call, and removes each `null` that stands for an absent nullable field.
    ///
    /// - Returns: The parameters. They have every field that is not nullable, and every value has its type.
    /// - Throws: `org.varlink.service.InvalidParameter` with the name of the innermost field that is unknown, missing
    ///   or of the wrong type.
    public func checkInput(_ parameters: JSONObject, of method: Method) throws(VarlinkError) -> JSONObject {
        try check(parameters, against: method.input) ?? parameters
    }

    /// Checks the parameters of a reply in the same way, for a service's own tests.
    public func checkOutput(_ parameters: JSONObject, of method: Method) throws(VarlinkError) -> JSONObject {
        try check(parameters, against: method.output) ?? parameters
    }

    /// Checks the parameters of an error in the same way.
    ///
    /// - Parameter name: The error's name, without that of the interface.
    public func checkError(_ name: String, _ parameters: JSONObject) throws(VarlinkError) {
        guard let error = errors.first(where: { $0.name == name }) else { throw .invalidParameter(name) }
        _ = try check(parameters, against: error.fields)
    }

    /// Returns the object without its nulls, or nil if it has none.
    private func check(_ object: JSONObject, against fields: [Field]) throws(VarlinkError) -> JSONObject? {
        var changed: JSONObject?
        var found = 0
        for (key, value) in object {
            guard let field = fields.first(where: { $0.name == key }) else { throw .invalidParameter(key) }
            if case .nullable(let type) = field.type {
                if value.isNull {
                    changed = changed ?? object
                    changed?[key] = nil
                    continue
                }
                if let value = try check(value, against: type, of: key) { change(&changed, object, key, value) }
            } else {
                if let value = try check(value, against: field.type, of: key) { change(&changed, object, key, value) }
                found += 1
            }
        }
        if found < fields.count {
            for field in fields where !field.isNullable && object[field.name] == nil {
                throw .invalidParameter(field.name)
            }
        }
        return changed
    }

    private func change(_ changed: inout JSONObject?, _ object: JSONObject, _ key: String, _ value: JSON) {
        changed = changed ?? object
        changed?[key] = value
    }

    /// Returns the value without its nulls, or nil if it can stay unchanged.
    private func check(_ value: JSON, against type: ValueType, of name: String) throws(VarlinkError) -> JSON? {
        switch (type, value) {
        case (.bool, .bool), (.int, .int), (.float, .int), (.float, .double), (.string, .string), (.object, .object),
            (.nullable, .null):
            return nil
        case (.nullable(let type), _):
            return try check(value, against: type, of: name)
        case (.named(let typeName), _):
            guard let type = typesByName[typeName] else { throw .invalidParameter(name) }
            return try check(value, against: type, of: name)
        case (.enumeration(let words), .string(let word)) where words.contains(word):
            return nil
        case (.structure(let fields), .object(let object)):
            return try check(object, against: fields).map(JSON.object)
        case (.array(let type), .array(let elements)):
            var changed: [JSON]?
            for (index, element) in elements.enumerated() {
                guard let element = try check(element, against: type, of: name) else { continue }
                changed = changed ?? elements
                changed?[index] = element
            }
            return changed.map(JSON.array)
        case (.map(let type), .object(let object)):
            return .object(
                try object.mapValues { (element) throws(VarlinkError) in
                    try check(element, against: type, of: name) ?? element
                }
            )
        default: throw .invalidParameter(name)
        }
    }
}
