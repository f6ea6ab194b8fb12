namespace A2AConsole.Web.Pages.Settings;

/// <summary>What is about to be done to an account.</summary>
public enum UserAct { Add, Role, Reset, Disable, Enable, Unlock }

/// <summary>What was done. <paramref name="LinkPath"/> is the one-time link to hand over, where there is one.</summary>
public sealed record UserFormResult(string UserName, string? LinkPath);
