import JSON

/// Every method that a server has, found by its full name.
struct MethodTable: Sendable {
    /// A method that the handler answers.
    struct Route: Sendable {
        let fullName: String
        let interface: InterfaceDefinition
        let method: InterfaceDefinition.Method
        let mayOverlap: Bool
    }

    /// How a call is answered: by the handler, or by the server itself.
    enum Target: Sendable {
        case handler(Route)
        case answered(CallAnswer)
    }

    private let info: CallAnswer
    private let routes: [String: Route]
    private let interfaces: [String: InterfaceDefinition]

    init(_ handler: any VarlinkHandler, info: ServiceInfo) {
        let served = handler.interfaces
        var routes: [String: Route] = [:]
        var interfaces = [InterfaceDefinition.service.name: InterfaceDefinition.service]
        for interface in served {
            interfaces[interface.name] = interface
            for method in interface.methods {
                let name = "\(interface.name).\(method.name)"
                routes[name] = Route(
                    fullName: name,
                    interface: interface,
                    method: method,
                    mayOverlap: handler.mayOverlap(name)
                )
            }
        }
        self.routes = routes
        self.interfaces = interfaces
        let names = [InterfaceDefinition.service.name] + served.map(\.name)
        self.info =
            CallAnswer.parameters([
                "vendor": .string(info.vendor), "product": .string(info.product), "version": .string(info.version),
                "url": .string(info.url), "interfaces": JSON(names),
            ]).encoded
    }

    func target(of message: CallMessage) -> Target {
        // No method of this server supports an upgrade of its connection.
        if message.upgrade { return .answered(.error(.methodNotImplemented(message.method))) }
        if let route = routes[message.method] { return .handler(route) }
        let parts = message.method.utf8.lastIndex(of: UInt8(ascii: ".")).map { dot in
            (String(message.method[..<dot]), String(message.method[message.method.utf8.index(after: dot)...]))
        }
        guard let (interface, name) = parts else { return .answered(.error(.methodNotFound(message.method))) }
        if interface == InterfaceDefinition.service.name { return .answered(serviceAnswer(name, message)) }
        if interfaces[interface] == nil { return .answered(.error(.interfaceNotFound(interface))) }
        return .answered(.error(.methodNotFound(message.method)))
    }

    private func serviceAnswer(_ name: String, _ message: CallMessage) -> CallAnswer {
        guard let method = InterfaceDefinition.service.method(name) else {
            return .error(.methodNotFound(message.method))
        }
        do throws(VarlinkError) {
            let parameters = try InterfaceDefinition.service.checkInput(message.parameters, of: method)
            guard case .string(let wanted)? = parameters["interface"] else { return info }
            guard let interface = interfaces[wanted] else { throw .interfaceNotFound(wanted) }
            return .parameters(["description": .string(interface.source)])
        } catch {
            return .error(error)
        }
    }
}
