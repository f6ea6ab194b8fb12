using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using A2AConsole.Data;
using A2AConsole.Demo;
using A2AConsole.Detection.Export;
using A2AConsole.Detection;
using A2AConsole.Ingest;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Notices;
using A2AConsole.Trust;

namespace A2AConsole.Web.Hosting.Settings;

/// <summary>
/// Which settings there are below <c>A2AConsole</c>, read off the options themselves, so that none can be forgotten; and what is wrong with
/// what was configured: names that are none, and values that their setting cannot take. Values only.
/// </summary>
internal static class SettingNames
{
    public const string Root = "A2AConsole";

    /// <summary>Public for the tests' sake, but set by the program itself: configured, they would silently be nothing.</summary>
    private static readonly HashSet<(Type, string)> OwnAffairs =
    [
        (typeof(DataOptions), nameof(DataOptions.SqlitePath)), (typeof(TrustOptions), nameof(TrustOptions.KeyDirectory)),
        (typeof(TrustOptions), nameof(TrustOptions.AuthorityEnabled)), (typeof(PolicyOptions), nameof(PolicyOptions.IsDemo)), (typeof(ExportOptions), nameof(ExportOptions.DeadLetters)), (typeof(DemoOptions), nameof(DemoOptions.Directory)),
    ];

    private sealed record Node(Type? Value = null, Node? Item = null, IReadOnlyDictionary<string, Node>? Children = null);

    private static readonly Node Text = new(typeof(string));

    private static readonly Node Tree = new(Children: new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase)
    {
        ["Environment"] = Text, ["Roles"] = Text,
        ["Web"] = new(Children: new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase) { ["Urls"] = Text, ["PublicUrl"] = Text, ["KnownProxies"] = new(Item: Text) }),
        ["Data"] = Of(typeof(DataOptions), ("Directory", Text)),
        ["Trust"] = Of(typeof(TrustOptions)),
        ["Ingest"] = Of(typeof(IngestOptions)),
        ["Policy"] = Of(typeof(PolicyOptions)),
        ["Notices"] = Of(typeof(NoticeOptions)),
        ["Export"] = Of(typeof(ExportOptions)),
        ["Detection"] = Of(typeof(DetectionOptions)),
        ["Demo"] = Of(typeof(DemoOptions)),
    });

    /// <summary>One sentence for each thing that is wrong, in the order of the keys.</summary>
    public static IReadOnlyList<string> Faults(IConfiguration configuration)
    {
        var faults = new List<string>();
        Check(configuration.GetSection(Root), Tree, faults);
        return faults;
    }

    private static void Check(IConfigurationSection section, Node node, List<string> faults)
    {
        var children = section.GetChildren().ToList();
        if (node.Value is { } type)
        {
            if (children.Count > 0)
                faults.Add($"{section.Path} is one value, and has {children[0].Key} below it.");
            else if (!CanBe(section.Value, type))
                faults.Add($"{section.Path} is '{section.Value}'; right is {Form(type)}.");
            return;
        }
        if (children.Count == 0 && !string.IsNullOrEmpty(section.Value))
            faults.Add($"{section.Path} is not one value; right is {(node.Item is null ? $"{section.Path}:{node.Children!.Keys.First()} and the like" : $"a list: {section.Path}:0 and so on")}.");
        foreach (var child in children)
        {
            if (node.Item is not null)
            {
                if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    Check(child, node.Item, faults);
                else
                    faults.Add($"{child.Path} is no setting: {section.Path} is a list, its items are {section.Path}:0 and so on.");
            }
            else if (node.Children!.TryGetValue(child.Key, out var known))
            {
                Check(child, known, faults);
            }
            else
            {
                faults.Add($"{child.Path} is no setting; {(Nearest(child.Key, node.Children.Keys) is { } near ? $"did you mean {section.Path}:{near}?" : $"{section.Path} has {string.Join(", ", node.Children.Keys.Order(StringComparer.Ordinal))}.")}");
            }
        }
    }

    private static Node Of(Type type, params (string Name, Node Node)[] more)
    {
        var children = new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (OwnAffairs.Contains((type, property.Name)))
                continue;
            var value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (IsScalar(value))
                children[property.Name] = property.CanWrite ? new Node(value) : throw new InvalidOperationException($"{type.Name}.{property.Name} cannot be set");
            else if (value.IsGenericType && typeof(IEnumerable).IsAssignableFrom(value))
                children[property.Name] = new(Item: IsScalar(value.GetGenericArguments()[0]) ? new(value.GetGenericArguments()[0]) : Of(value.GetGenericArguments()[0]));
            else
                children[property.Name] = Of(value);
        }
        foreach (var (name, node) in more)
            children[name] = node;
        return new(Children: children);
    }

    private static bool IsScalar(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(Uri) || type == typeof(decimal);

    private static bool CanBe(string? value, Type type)
    {
        if (type == typeof(string) || string.IsNullOrEmpty(value))
            return true;
        if (type.IsEnum)
            return Enum.TryParse(type, value, ignoreCase: true, out var parsed) && Enum.IsDefined(type, parsed!) && !char.IsAsciiDigit(value[0]);
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Form(Type type) => type switch
    {
        { IsEnum: true } => string.Join(" or ", Enum.GetNames(type)),
        _ when type == typeof(TimeSpan) => "a time span: 00:10:00 is ten minutes, 7.00:00:00 a week",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(Uri) => "an address",
        _ when type == typeof(double) || type == typeof(decimal) => "a number",
        _ => "a whole number",
    };

    /// <summary>The name that was probably meant, or null when none is near.</summary>
    internal static string? Nearest(string name, IEnumerable<string> names)
    {
        var near = names.Select(n => (Name: n, Distance: Distance(name.ToUpperInvariant(), n.ToUpperInvariant()))).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault();
        return near.Name is not null && near.Distance <= Math.Max(2, name.Length / 3) ? near.Name : null;
    }

    // Levenshtein's: letters added, left out or changed.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var here = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], here);
            }
        }
        return row[^1];
    }
}
