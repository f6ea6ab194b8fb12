IF OBJECT_ID(N'[__EFMigrationsHistory]') IS NULL
BEGIN
    CREATE TABLE [__EFMigrationsHistory] (
        [MigrationId] nvarchar(150) NOT NULL,
        [ProductVersion] nvarchar(32) NOT NULL,
        CONSTRAINT [PK___EFMigrationsHistory] PRIMARY KEY ([MigrationId])
    );
END;
GO

BEGIN TRANSACTION;
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AgentHours] (
        [AgentNumber] int NOT NULL,
        [Hour] int NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        CONSTRAINT [PK_AgentHours] PRIMARY KEY ([AgentNumber], [Hour], [Code])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Agents] (
        [Number] int NOT NULL IDENTITY,
        [SpiffeId] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Environment] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Role] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Name] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Organisation] nvarchar(256) NOT NULL,
        [Owner] nvarchar(256) NULL,
        [State] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Tier] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [EnrolledAt] bigint NULL,
        [LastSeenAt] bigint NULL,
        [Admitted] bigint NOT NULL,
        [Refused] bigint NOT NULL,
        [CertificateSerial] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [CertificateNotBefore] bigint NULL,
        [CertificateNotAfter] bigint NULL,
        [IsDemo] bit NOT NULL,
        CONSTRAINT [PK_Agents] PRIMARY KEY ([Number])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetRoles] (
        [Id] nvarchar(64) NOT NULL,
        [Name] nvarchar(256) NULL,
        [NormalizedName] nvarchar(256) NULL,
        [ConcurrencyStamp] nvarchar(128) NULL,
        CONSTRAINT [PK_AspNetRoles] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUsers] (
        [Id] nvarchar(64) NOT NULL,
        [DisplayName] nvarchar(256) NOT NULL,
        [IsDemo] bit NOT NULL,
        [LastLookedAt] bigint NULL,
        [VerifiedSize] bigint NULL,
        [VerifiedRoot] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [VerifiedAt] bigint NULL,
        [Theme] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [UserName] nvarchar(256) NULL,
        [NormalizedUserName] nvarchar(256) NULL,
        [Email] nvarchar(256) NULL,
        [NormalizedEmail] nvarchar(256) NULL,
        [EmailConfirmed] bit NOT NULL,
        [PasswordHash] nvarchar(1024) NULL,
        [SecurityStamp] nvarchar(128) NULL,
        [ConcurrencyStamp] nvarchar(128) NULL,
        [PhoneNumber] nvarchar(32) NULL,
        [PhoneNumberConfirmed] bit NOT NULL,
        [TwoFactorEnabled] bit NOT NULL,
        [LockoutEnd] bigint NULL,
        [LockoutEnabled] bit NOT NULL,
        [AccessFailedCount] int NOT NULL,
        CONSTRAINT [PK_AspNetUsers] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Counterparties] (
        [AgentNumber] int NOT NULL,
        [Peer] varchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Type] varchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        [FirstSeenAt] bigint NOT NULL,
        [LastSeenAt] bigint NOT NULL,
        CONSTRAINT [PK_Counterparties] PRIMARY KEY ([AgentNumber], [Peer], [Type])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [EventPayloads] (
        [FirstLeaf] bigint NOT NULL,
        [RecordedAt] bigint NOT NULL,
        [ReplayUntil] bigint NOT NULL,
        [ReplayKeys] varbinary(max) NOT NULL,
        [BatchEnvelope] varbinary(max) NOT NULL,
        [Events] varbinary(max) NOT NULL,
        CONSTRAINT [PK_EventPayloads] PRIMARY KEY ([FirstLeaf])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [IdempotencyKeys] (
        [AgentNumber] int NOT NULL,
        [Key] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [ContentDigest] varbinary(32) NOT NULL,
        [LeafIndex] bigint NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        CONSTRAINT [PK_IdempotencyKeys] PRIMARY KEY ([AgentNumber], [Key])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerBlocks] (
        [FirstLeaf] bigint NOT NULL,
        [Count] int NOT NULL,
        [AgentNumber] int NULL,
        [RecordedAt] bigint NOT NULL,
        [Content] int NOT NULL,
        [Leaves] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LedgerBlocks] PRIMARY KEY ([FirstLeaf])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerMinutes] (
        [Minute] int NOT NULL,
        [FirstLeaf] bigint NOT NULL,
        [LastLeaf] bigint NOT NULL,
        CONSTRAINT [PK_LedgerMinutes] PRIMARY KEY ([Minute])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LedgerTiles] (
        [Level] int NOT NULL,
        [Index] bigint NOT NULL,
        [Hashes] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LedgerTiles] PRIMARY KEY ([Level], [Index])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [LookupBuckets] (
        [Segment] bigint NOT NULL,
        [Bucket] int NOT NULL,
        [Entries] varbinary(max) NOT NULL,
        CONSTRAINT [PK_LookupBuckets] PRIMARY KEY ([Bucket], [Segment])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TrafficMinutes] (
        [Minute] int NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Count] bigint NOT NULL,
        CONSTRAINT [PK_TrafficMinutes] PRIMARY KEY ([Minute], [Code])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TreeHeads] (
        [Id] int NOT NULL,
        [Size] bigint NOT NULL,
        [Root] varbinary(32) NOT NULL,
        [Edge] varbinary(max) NOT NULL,
        [Checkpoint] varchar(4000) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [At] bigint NOT NULL,
        [WriterEpoch] bigint NOT NULL,
        [ReplaySeed] bigint NOT NULL,
        CONSTRAINT [PK_TreeHeads] PRIMARY KEY ([Id])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [TrustAnchors] (
        [Fingerprint] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Purpose] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [Der] varbinary(8000) NOT NULL,
        CONSTRAINT [PK_TrustAnchors] PRIMARY KEY ([Fingerprint])
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [Certificates] (
        [Id] bigint NOT NULL,
        [Serial] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [AgentNumber] int NOT NULL,
        [KeyId] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [NotBefore] bigint NOT NULL,
        [NotAfter] bigint NOT NULL,
        [IssuedAt] bigint NOT NULL,
        [RevokedAt] bigint NULL,
        [RevocationReason] nvarchar(500) NULL,
        [RevokedBy] nvarchar(256) NULL,
        [Der] varbinary(8000) NOT NULL,
        CONSTRAINT [PK_Certificates] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_Certificates_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [JoinTokens] (
        [Hash] binary(32) NOT NULL,
        [AgentNumber] int NOT NULL,
        [CreatedAt] bigint NOT NULL,
        [CreatedBy] nvarchar(256) NOT NULL,
        [ExpiresAt] bigint NOT NULL,
        [SpentAt] bigint NULL,
        CONSTRAINT [PK_JoinTokens] PRIMARY KEY ([Hash]),
        CONSTRAINT [FK_JoinTokens_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [QuarantineItems] (
        [Id] bigint NOT NULL,
        [AgentNumber] int NULL,
        [RecordedAt] bigint NOT NULL,
        [Code] varchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Detail] nvarchar(500) NULL,
        [MessageId] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Type] nvarchar(128) NULL,
        [Digest] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [RemoteAddress] varchar(64) COLLATE Latin1_General_100_BIN2 NULL,
        [Count] bigint NOT NULL,
        [Size] bigint NOT NULL,
        [Demo] nvarchar(40) NULL,
        [Bytes] varbinary(max) NULL,
        CONSTRAINT [PK_QuarantineItems] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_QuarantineItems_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [RefusalSummaries] (
        [AgentNumber] int NOT NULL,
        [Minute] int NOT NULL,
        [Count] bigint NOT NULL,
        [Size] bigint NOT NULL,
        [Codes] varchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
        [Demo] nvarchar(40) NULL,
        CONSTRAINT [PK_RefusalSummaries] PRIMARY KEY ([AgentNumber], [Minute]),
        CONSTRAINT [FK_RefusalSummaries_Agents_AgentNumber] FOREIGN KEY ([AgentNumber]) REFERENCES [Agents] ([Number]) ON DELETE NO ACTION
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetRoleClaims] (
        [Id] int NOT NULL IDENTITY,
        [RoleId] nvarchar(64) NOT NULL,
        [ClaimType] nvarchar(256) NULL,
        [ClaimValue] nvarchar(1024) NULL,
        CONSTRAINT [PK_AspNetRoleClaims] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AspNetRoleClaims_AspNetRoles_RoleId] FOREIGN KEY ([RoleId]) REFERENCES [AspNetRoles] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserClaims] (
        [Id] int NOT NULL IDENTITY,
        [UserId] nvarchar(64) NOT NULL,
        [ClaimType] nvarchar(256) NULL,
        [ClaimValue] nvarchar(1024) NULL,
        CONSTRAINT [PK_AspNetUserClaims] PRIMARY KEY ([Id]),
        CONSTRAINT [FK_AspNetUserClaims_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserLogins] (
        [LoginProvider] nvarchar(128) NOT NULL,
        [ProviderKey] nvarchar(128) NOT NULL,
        [ProviderDisplayName] nvarchar(256) NULL,
        [UserId] nvarchar(64) NOT NULL,
        CONSTRAINT [PK_AspNetUserLogins] PRIMARY KEY ([LoginProvider], [ProviderKey]),
        CONSTRAINT [FK_AspNetUserLogins_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserPasskeys] (
        [CredentialId] varbinary(1024) NOT NULL,
        [UserId] nvarchar(64) NOT NULL,
        [Data] nvarchar(max) NOT NULL,
        CONSTRAINT [PK_AspNetUserPasskeys] PRIMARY KEY NONCLUSTERED ([CredentialId]),
        CONSTRAINT [FK_AspNetUserPasskeys_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserRoles] (
        [UserId] nvarchar(64) NOT NULL,
        [RoleId] nvarchar(64) NOT NULL,
        CONSTRAINT [PK_AspNetUserRoles] PRIMARY KEY ([UserId], [RoleId]),
        CONSTRAINT [FK_AspNetUserRoles_AspNetRoles_RoleId] FOREIGN KEY ([RoleId]) REFERENCES [AspNetRoles] ([Id]) ON DELETE CASCADE,
        CONSTRAINT [FK_AspNetUserRoles_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE TABLE [AspNetUserTokens] (
        [UserId] nvarchar(64) NOT NULL,
        [LoginProvider] nvarchar(128) NOT NULL,
        [Name] nvarchar(128) NOT NULL,
        [Value] nvarchar(2048) NULL,
        CONSTRAINT [PK_AspNetUserTokens] PRIMARY KEY ([UserId], [LoginProvider], [Name]),
        CONSTRAINT [FK_AspNetUserTokens_AspNetUsers_UserId] FOREIGN KEY ([UserId]) REFERENCES [AspNetUsers] ([Id]) ON DELETE CASCADE
    );
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AgentHours_Hour] ON [AgentHours] ([Hour]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Environment_Role_State_Tier_Organisation] ON [Agents] ([Environment], [Role], [State], [Tier], [Organisation]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Name_Number] ON [Agents] ([Name], [Number]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_Owner_State_CertificateNotAfter_CertificateNotBefore] ON [Agents] ([Owner], [State], [CertificateNotAfter], [CertificateNotBefore]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_Agents_SpiffeId] ON [Agents] ([SpiffeId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Agents_State_CertificateNotAfter_CertificateNotBefore] ON [Agents] ([State], [CertificateNotAfter], [CertificateNotBefore]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetRoleClaims_RoleId] ON [AspNetRoleClaims] ([RoleId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [RoleNameIndex] ON [AspNetRoles] ([NormalizedName]) WHERE [NormalizedName] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserClaims_UserId] ON [AspNetUserClaims] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserLogins_UserId] ON [AspNetUserLogins] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserPasskeys_UserId] ON [AspNetUserPasskeys] ([UserId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_AspNetUserRoles_RoleId] ON [AspNetUserRoles] ([RoleId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [EmailIndex] ON [AspNetUsers] ([NormalizedEmail]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE UNIQUE INDEX [UserNameIndex] ON [AspNetUsers] ([NormalizedUserName]) WHERE [NormalizedUserName] IS NOT NULL');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Certificates_AgentNumber_NotAfter] ON [Certificates] ([AgentNumber], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Certificates_NotAfter_Id] ON [Certificates] ([NotAfter], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE UNIQUE INDEX [IX_Certificates_Serial] ON [Certificates] ([Serial]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_Counterparties_Peer] ON [Counterparties] ([Peer]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_EventPayloads_ReplayUntil] ON [EventPayloads] ([ReplayUntil]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_IdempotencyKeys_ExpiresAt] ON [IdempotencyKeys] ([ExpiresAt]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_JoinTokens_AgentNumber] ON [JoinTokens] ([AgentNumber]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_LedgerBlocks_AgentNumber_FirstLeaf] ON [LedgerBlocks] ([AgentNumber], [FirstLeaf]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    EXEC(N'CREATE INDEX [IX_LedgerBlocks_NotAdmitted] ON [LedgerBlocks] ([FirstLeaf]) WHERE [Content] <> 1');
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_AgentNumber_Id] ON [QuarantineItems] ([AgentNumber], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_Code_Id] ON [QuarantineItems] ([Code], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_Digest] ON [QuarantineItems] ([Digest]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_MessageId] ON [QuarantineItems] ([MessageId]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_RecordedAt_Id] ON [QuarantineItems] ([RecordedAt], [Id]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_QuarantineItems_RemoteAddress] ON [QuarantineItems] ([RemoteAddress]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    CREATE INDEX [IX_TrustAnchors_Purpose_NotAfter] ON [TrustAnchors] ([Purpose], [NotAfter]);
END;

IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'20261123044156_Initial'
)
BEGIN
    INSERT INTO [__EFMigrationsHistory] ([MigrationId], [ProductVersion])
    VALUES (N'20261123044156_Initial', N'10.0.14');
END;

COMMIT;
GO

