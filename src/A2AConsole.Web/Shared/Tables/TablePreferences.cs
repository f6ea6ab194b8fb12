using A2AConsole.Web.Access;

namespace A2AConsole.Web.Shared.Tables;

/// <summary>How the person in front of this page likes her tables. Kept with her account, so that another browser has it, too.</summary>
public sealed class TablePreferences(CurrentUser me)
{
    /// <summary>Her layout of a table.</summary>
    public async Task<TableLayout> OfAsync(string table)
        => TableLayout.Parse((await me.RecordAsync())?.Tables).GetValueOrDefault(table) ?? TableLayout.Default;

    /// <summary>Remembers a layout; those of other tables, perhaps chosen on another page meanwhile, stay.</summary>
    public async Task RememberAsync(string table, TableLayout layout)
    {
        var layouts = TableLayout.Parse((await me.RecordAsync())?.Tables);
        if (layout == TableLayout.Default)
            layouts.Remove(table);
        else
            layouts[table] = layout;
        await me.RememberTablesAsync(TableLayout.Format(layouts));
    }
}
