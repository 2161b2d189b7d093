extension InterfaceDefinition {
    /// `org.varlink.service`, which every service has (varlink.org, Service).
    static let service: InterfaceDefinition = {
        do {
            return try InterfaceDefinition(serviceSource)
        } catch {
            // The text is the constant below, and the tests parse it.
            fatalError("org.varlink.service: \(error)")
        }
    }()

    private static let serviceSource = """
        # Every Varlink service has this interface: it tells what the service is, and what it offers.
        interface org.varlink.service

        # Tells who made the service, and which interfaces it has.
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # Gives the definition of one of the service's interfaces.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The service has no such interface.
        error InterfaceNotFound (interface: string)

        # The interface has no such method.
        error MethodNotFound (method: string)

        # The interface declares the method, but the service does not implement it.
        error MethodNotImplemented (method: string)

        # A parameter is unknown, missing, of the wrong type, or not acceptable.
        error InvalidParameter (parameter: string)

        # The caller may not call this method.
        error PermissionDenied ()

        # The method gives a stream of replies, and the call did not ask for more.
        error ExpectedMore ()

        """
}
