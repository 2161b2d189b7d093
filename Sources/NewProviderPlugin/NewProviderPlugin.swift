import Foundation
import PackagePlugin

/// `swift package new-provider NAME`: the same as `conciergectl provider new NAME`, which it runs in the folder of the
/// package.
///
/// The tool is built when the command is used. If the plugin declared it as a dependency, every build of this package
/// would compile the tool and all that it depends on a second time.
@main
struct NewProviderPlugin: CommandPlugin {
    func performCommand(context: PluginContext, arguments: [String]) async throws {
        let build = try packageManager.build(.product("conciergectl"), parameters: .init())
        guard build.succeeded,
            let program = build.builtArtifacts.first(where: { $0.url.lastPathComponent == "conciergectl" })
        else {
            Diagnostics.error("conciergectl could not be built: \(build.logText)")
            return
        }
        let tool = Process()
        tool.executableURL = program.url
        tool.arguments = ["provider", "new"] + arguments
        tool.currentDirectoryURL = context.package.directoryURL
        try tool.run()
        tool.waitUntilExit()
        // The tool has said why.
        if tool.terminationStatus != 0 { exit(tool.terminationStatus) }
    }
}
