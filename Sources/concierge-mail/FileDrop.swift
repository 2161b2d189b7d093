import Civil
import Mail
import SMTP
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A folder in place of a relay: each message becomes a file `ID.eml`, which any mail program opens.
///
/// A file appears whole, and is on disk when the verdict is given. The same notice again replaces its file.
struct FileDrop: Mailing {
    let folder: String
    let sender: Sender
    let clock: @Sendable () -> Instant

    func send(_ job: MailJob) async -> Verdict {
        do {
            let message = try sender.message(of: job, now: clock())
            // The id is one that a Message-ID was made of: no slash, and no dot at its beginning.
            let path = "\(folder)/\(job.id).eml"
            let code = Self.put(message.bytes, at: path, in: folder)
            guard code == 0 else {
                let reason = String(cString: strerror(code))
                return Verdict(
                    .configuration,
                    Text(fr: "\(path) n'a pas pu être écrit : \(reason)", en: "\(path) could not be written: \(reason)")
                )
            }
            return Verdict(.sent, reply: path)
        } catch {
            return Verdict(of: error)
        }
    }

    /// Writes a file, syncs it, gives it its name and syncs the folder. Returns 0, or the number of the error.
    private static func put(_ bytes: [UInt8], at path: String, in folder: String) -> Int32 {
        let partial = "\(path).\(getpid()).partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno }
        var code = concierge_mail.write(bytes, to: descriptor)
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(partial, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(partial)
            return code
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return errno }
        defer { close(directory) }
        // Some file systems do not sync directories (fsync(2), EINVAL).
        return fsync(directory) == 0 || errno == EINVAL ? 0 : errno
    }
}
