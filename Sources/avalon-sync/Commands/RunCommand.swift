internal import ArgumentParser

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Keeps Avalon as Kitsu and the mappings say, until it is stopped.",
    discussion: """
      Hears what happens in Kitsu and plans and applies each project that changed, by the same \
      settings, policies and guards as 'apply'; what is held is held here, too, and told. It asks for \
      nothing: try the settings with 'plan' first, and a new project with the policy 'observe'.

      When Kitsu or MongoDB are away it waits, and goes on when they are back. SIGTERM stops it when \
      work that has begun is done, a second one within 3 seconds, whatever hangs; SIGHUP reads settings \
      and mappings again, and keeps the old ones where the new ones have mistakes.

      Exit codes: 0 it was stopped; 1 the settings or mappings cannot be used, or a signal ended \
      it while a server did not answer; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var service: ServiceOptions

  func run() async throws {
    try await Guarded.run {
      let (shared, service) = (shared, service)
      let process = ServiceProcess {
        let reader = try SettingsReader(shared)
        return (try reader.read(), try reader.service(service))
      }
      try await process.run()
    }
  }
}
