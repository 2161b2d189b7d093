import ConciergeEngine
public import ConciergeKit

// What staff note of the residents of the lodge's directory (``Lodge/fillDirectory(residents:residences:dwellings:)``). Days
// that are left out are today. A call that is refused throws a ``LodgeError``, and then nothing was changed.

extension Lodge {
    /// Notes how a resident wants to be reached, the preferred way first; an empty list forgets it.
    public func noteChannels(_ channels: [Channel], of resident: String) async throws {
        try await note(.prefer(channels), of: resident)
    }

    /// Notes that a resident is away, until a last day or until they are back.
    public func noteAbsence(of resident: String, from: LocalDate? = nil, until: LocalDate? = nil) async throws {
        try await note(.absent(from: from, until: until), of: resident)
    }

    /// Notes that a resident who was away is at home again from a day on.
    public func noteReturn(of resident: String, on day: LocalDate? = nil) async throws {
        try await note(.back(on: day), of: resident)
    }

    /// Notes what a resident has agreed to, such as `fragile`, for some days or without an end.
    public func noteConsent(
        of resident: String, to purpose: String, from: LocalDate? = nil, until: LocalDate? = nil
    ) async throws {
        try await note(.consent(to: purpose, from: from, until: until), of: resident)
    }

    /// Notes that a resident has withdrawn what they had agreed to, from a day on.
    public func withdrawConsent(of resident: String, to purpose: String, on day: LocalDate? = nil) async throws {
        try await note(.withdraw(purpose, on: day), of: resident)
    }

    /// Notes that somebody who is not in the directory may act for a resident, in these services or, without any, in
    /// all.
    public func noteMandate(
        of resident: String, to holder: String, email: String? = nil, phone: String? = nil, services: [String] = [],
        from: LocalDate? = nil, until: LocalDate? = nil
    ) async throws {
        try await note(
            .empower(
                Mandate.Holder(name: holder, email: email, phone: phone), services: services.map { ServiceID($0) },
                from: from, until: until),
            of: resident)
    }

    /// Notes that a mandate was ended early, from a day on.
    public func endMandate(of resident: String, to holder: String, on day: LocalDate? = nil) async throws {
        try await note(.end(holder: holder, services: [], on: day), of: resident)
    }
}
