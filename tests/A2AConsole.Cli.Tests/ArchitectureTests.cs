using System.Reflection;
using NetArchTest.Rules;

namespace A2AConsole.Cli.Tests;

/// <summary>The rules of the layout: who may know whom. See src/ARCHITECTURE.md.</summary>
public sealed class ArchitectureTests
{
    private const string Ours = "A2AConsole.";

    private static readonly Assembly Core = Assembly.Load("A2AConsole.Core");

    // The command line references every project, so all of ours lie beside it.
    private static readonly Assembly[] All =
        [.. Directory.GetFiles(AppContext.BaseDirectory, Ours + "*.dll")
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .Where(n => !n.EndsWith(".Tests", StringComparison.Ordinal) && n != "A2AConsole.Testing")
            .Select(Assembly.Load)];

    [Fact]
    public void Core_references_no_other_project_of_ours()
        => Assert.DoesNotContain(ReferencesOf(Core), n => n.StartsWith(Ours, StringComparison.Ordinal));

    [Fact]
    public void Core_does_no_IO()
    {
        // Readers over streams are none: embedded schemas are read so.
        var result = Types.InAssembly(Core).ShouldNot().HaveDependencyOnAny(
            "System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo",
            "System.IO.RandomAccess", "System.Net.Http", "System.Net.Sockets", "System.Net.Dns", "System.Net.Security",
            "System.Diagnostics.Process", "System.Console", "System.Data", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Microsoft.Data").GetResult();
        Assert.True(result.IsSuccessful, Names(result));
    }

    [Fact]
    public void Core_reads_no_clock_but_the_one_that_is_passed_in()
        => Assert.DoesNotContain(MembersUsedBy(Core), m => m is "System.DateTime.get_UtcNow" or "System.DateTime.get_Now" or "System.DateTimeOffset.get_UtcNow"
            or "System.DateTimeOffset.get_Now" or "System.TimeProvider.get_System");

    [Theory]
    [InlineData("A2AConsole.Data", "A2AConsole.Core")]
    [InlineData("A2AConsole.Trust", "A2AConsole.Core", "A2AConsole.Data")]
    [InlineData("A2AConsole.Ingest", "A2AConsole.Core", "A2AConsole.Data", "A2AConsole.Trust", "A2AConsole.Policy")]
    [InlineData("A2AConsole.Agent", "A2AConsole.Core")]
    [InlineData("A2AConsole.Policy", "A2AConsole.Core", "A2AConsole.Data", "A2AConsole.Trust")]
    [InlineData("A2AConsole.Detection", "A2AConsole.Core", "A2AConsole.Data")]
    public void A_project_knows_only_those_below_it(string project, params string[] below)
        => Assert.Empty(ReferencesOf(Assembly.Load(project)).Where(n => n.StartsWith(Ours, StringComparison.Ordinal)).Except(below));

    [Fact]
    public void Nobody_but_the_command_line_references_the_web()
        => Assert.DoesNotContain(All, a => ReferencesOf(a).Contains("A2AConsole.Web"));

    [Fact]
    public void Only_Data_knows_EF_Core()
    {
        foreach (var assembly in All.Where(a => a.GetName().Name is not "A2AConsole.Data"))
        {
            var result = Types.InAssembly(assembly).ShouldNot().HaveDependencyOn("Microsoft.EntityFrameworkCore").GetResult();
            Assert.True(result.IsSuccessful, $"{assembly.GetName().Name}: {Names(result)}");
        }
    }

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(n => n.Name!);

    private static string Names(NetArchTest.Rules.TestResult result) => string.Join(", ", result.FailingTypeNames ?? []);

    /// <summary>Every member of other assemblies that an assembly calls, as Type.Member.</summary>
    private static List<string> MembersUsedBy(Assembly assembly)
    {
        using var file = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(assembly.Location));
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(file);
        var used = new List<string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != System.Reflection.Metadata.HandleKind.TypeReference)
                continue;
            var type = metadata.GetTypeReference((System.Reflection.Metadata.TypeReferenceHandle)member.Parent);
            used.Add($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}");
        }
        return used;
    }
}
