using System.Globalization;

namespace A2AConsole.Demo.World;

/// <summary>A product: GTIN-14, price, and what the customs call it.</summary>
public sealed record Product(string Gtin, string Name, decimal UnitPrice, string Hs, string Origin, decimal KilogramsEach, double WeeklyDemand);

/// <summary>A place with a GLN-13 and the UN/LOCODE of its port.</summary>
public sealed record Site(string Gln, string Name, string Port);

/// <summary>What is traded and where. Numbers carry valid GS1 check digits.</summary>
public static class Goods
{
    public static IReadOnlyList<Product> Products { get; } =
    [
        Make(1, "Servo drive 400 W", 214.50m, "850131", "JP", 3.2m, 240),
        Make(2, "Bearing 6204", 3.85m, "848210", "DE", 0.11m, 9200),
        Make(3, "Control board C7", 68.20m, "853710", "TW", 0.35m, 1150),
        Make(4, "Aluminium housing", 12.30m, "761699", "CN", 0.9m, 3100),
        Make(5, "Lithium pack 48 V", 389.00m, "850760", "CN", 11.5m, 130),
        Make(6, "Cable harness H2", 7.45m, "854442", "VN", 0.4m, 5400),
        Make(7, "Pressure sensor", 41.90m, "902620", "CH", 0.08m, 860),
        Make(8, "Hex bolt M8, box", 5.10m, "731815", "PL", 1.6m, 7700),
    ];

    public static IReadOnlyList<Site> Sites { get; } =
    [
        new(Gln(1), "Acme Rotterdam", "NLRTM"), new(Gln(2), "Acme Hamburg", "DEHAM"), new(Gln(3), "Dockyard Antwerp", "BEANR"), new(Gln(4), "Acme Gdańsk", "PLGDN"),
    ];

    public static IReadOnlyList<Site> Suppliers { get; } =
    [
        new(Gln(51), "Kestrel Components", "CNSHA"), new(Gln(52), "Kestrel Asia", "VNSGN"), new(Gln(53), "Kestrel Japan", "JPYOK"),
    ];

    /// <summary>The broker who declares at the customs.</summary>
    public static string Broker { get; } = Gln(71);

    /// <summary>The GLN-13 of some supplier, of which there are many more than those that the story deals with.</summary>
    public static string SupplierGln(int number) => Gln(100 + number % 900);

    /// <summary>An SSCC-18 for a pallet's running number.</summary>
    public static string Sscc(long number) => WithCheckDigit("34012345" + (number % 1_000_000_000).ToString("d9", CultureInfo.InvariantCulture));

    private static Product Make(int number, string name, decimal price, string hs, string origin, decimal kilograms, double weekly)
        => new(WithCheckDigit("0401234512" + number.ToString("d3", CultureInfo.InvariantCulture)), name, price, hs, origin, kilograms, weekly);

    private static string Gln(int number) => WithCheckDigit("401234500" + number.ToString("d3", CultureInfo.InvariantCulture));

    // GS1 General Specifications §7.9: weights 3 and 1, from the right.
    private static string WithCheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
            sum += (digits[digits.Length - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
        return digits + ((10 - sum % 10) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
