// swift-tools-version: 6.2
import PackageDescription

// Each room imports only rooms below it; Sources/README.md has the plan of the house.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func room(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil,
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess: [Target.Dependency] = [
  .product(name: "Subprocess", package: "swift-subprocess"),
  .product(name: "SystemPackage", package: "swift-system"),
]
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let server: [Target.Dependency] = [
  .product(name: "Hummingbird", package: "hummingbird"),
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "NIOCore", package: "swift-nio"),
]

let package = Package(
  name: "avalon-sync",
  products: [.executable(name: "avalon-sync", targets: ["avalon-sync"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .executableTarget(
      name: "avalon-sync",
      dependencies: [
        "Avalon", "BSON", "CMalloc", "CNotify", "Controller", "Identity", "Kitsu", "Mapping",
        "MappingTest", "Planning", "Report", "ShippedMappings", "StatusServer", "YAML",
        argumentParser, lifecycle,
        logging, signals,
      ],
      swiftSettings: strict),
    room(
      "StatusServer", ["Controller", "Report", lifecycle, logging, metrics] + server,
      exclude: ["README.md"]),
    room(
      "Controller",
      [
        "Avalon", "BSON", "Identity", "Kitsu", "Mapping", "Planning", "Report", lifecycle, logging,
        metrics,
      ]),
    room("Report", ["BSON", "Identity", "Mapping", "MappingTest", "Planning", crypto]),
    room("Kitsu", ["BSON", "CCurl", "Identity", "Mapping"]),
    room("Avalon", ["BSON", "CDirectories", "CMongoC", "Identity", "Planning"]),
    room("Planning", ["BSON", "Identity"]),
    room("MappingTest", ["BSON", "Identity", "Mapping", "YAML"]),
    room("Mapping", ["BSON", "Identity", "YAML"]),
    room("Identity", ["BSON", crypto]),
    room("YAML", ["CYAML"]),
    room("BSON", []),
    .target(
      name: "ShippedMappings", path: "mappings",
      exclude: [
        "README.md", "avalon.test.yaml", "avalon-sync.test.yaml", "openpype.test.yaml", "options",
      ],
      resources: [
        .embedInCode("avalon.yaml"), .embedInCode("avalon-sync.yaml"),
        .embedInCode("openpype.yaml"),
      ], swiftSettings: strict),
    room("TestSupport", ["YAML"] + subprocess, path: "Tests/TestSupport"),
    room("Fuzzing", ["BSON", "Identity", "Mapping", "TestSupport", "YAML"], path: "Tests/Fuzzing"),
    tests("AvalonTests", ["Avalon", "BSON", "Identity", "Planning", "TestSupport"]),
    tests("BSONTests", ["BSON", "TestSupport"]),
    tests(
      "ControllerTests",
      [
        "Avalon", "BSON", "Controller", "Identity", "Kitsu", "Mapping", "Planning", "Report",
        "ShippedMappings", "TestSupport", "YAML", logging, metrics,
      ]),
    // The executable is a dependency so that it is built with the tests, which run it.
    tests("EndToEndTests", ["avalon-sync", "TestSupport"]),
    tests("IdentityTests", ["BSON", "Identity"]),
    tests("KitsuTests", ["BSON", "Identity", "Kitsu", "Mapping", "TestSupport"]),
    tests(
      "MappingTests",
      ["BSON", "Fuzzing", "Identity", "Mapping", "ShippedMappings", "TestSupport", "YAML"]),
    tests(
      "MappingTestTests",
      ["BSON", "Mapping", "MappingTest", "Report", "ShippedMappings", "TestSupport", "YAML"]),
    tests("PlanningTests", ["BSON", "Identity", "Planning", "TestSupport"]),
    tests("ReportTests", ["BSON", "Identity", "Planning", "Report", "TestSupport", crypto]),
    tests(
      "StatusServerTests",
      [
        "BSON", "Controller", "Identity", "Planning", "Report", "StatusServer", "TestSupport",
        lifecycle, logging, metrics,
      ]),
    tests("YAMLTests", ["TestSupport", "YAML"]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .yum(["libcurl-devel"])]),
    .systemLibrary(name: "CDirectories"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(
      name: "CMongoC", pkgConfig: "libmongoc-1.0",
      providers: [.apt(["libmongoc-dev"]), .yum(["mongo-c-driver-devel"])]),
    .systemLibrary(name: "CNotify"),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .yum(["libyaml-devel"])]),
  ]
)

// The benchmarks are built only when asked for: Tests/Benchmarks/run.
if Context.environment["AVALON_SYNC_BENCHMARKS"] == "1" {
  package.targets += [
    .target(name: "CFloor", dependencies: ["CMongoC"], path: "Tests/Benchmarks/Floor"),
    .executableTarget(
      name: "avalon-sync-benchmarks",
      dependencies: [
        "Avalon", "BSON", "CFloor", "Controller", "Identity", "Kitsu", "Mapping", "Planning",
        "ShippedMappings", "YAML", argumentParser,
      ], path: "Tests/Benchmarks/Sources", resources: [.embedInCode("first-avalon.yaml")],
      swiftSettings: strict),
    .executableTarget(
      name: "avalon-sync-fuzz",
      dependencies: ["Fuzzing", "ShippedMappings", "TestSupport", argumentParser],
      path: "Tests/Benchmarks/Fuzz", swiftSettings: strict),
  ]
}
