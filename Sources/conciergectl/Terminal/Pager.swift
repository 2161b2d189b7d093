import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The program that shows long texts page by page.
enum Pager {
    /// What is used if `PAGER` is not set: it ends at once where a text fits, keeps colours, and leaves the text on the screen.
    static let usual = "less -FRX"

    /// Shows a text with a command of the shell, and waits for its end. Returns false, without having shown anything, if it
    /// cannot be started.
    static func show(_ text: String, with command: String) -> Bool {
        guard !command.trimmed.isEmpty, command.trimmed != "cat" else { return false }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        defer { if ends[1] >= 0 { close(ends[1]) } }
        // The pager must not hold the end that is written, or it would never see the end of the text.
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return false }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        // `command -v` so that a missing program is noticed before anything is shown.
        let program = command.split(separator: " ").first.map(String.init) ?? ""
        let script = "command -v \(program.shellQuoted) >/dev/null || exit 127; exec \(command)"
        let words: [String] = ["/bin/sh", "-c", script]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, environ)
        close(ends[0])
        guard status == 0 else { return false }
        var text = text
        // Whoever leaves the pager early closes the pipe.
        _ = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: ends[1]) }
        close(ends[1])
        ends[1] = -1
        var ended: Int32 = 0
        while waitpid(process, &ended, 0) < 0, errno == EINTR {}
        return ended >> 8 & 0xFF != 127
    }
}
