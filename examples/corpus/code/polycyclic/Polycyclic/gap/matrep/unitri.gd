#############################################################################
##
#W  unitri.gd                  Polycyclic                       Werner Nickel
##

DeclareGlobalFunction( "IsIdentityMat" );
DeclareGlobalFunction( "IsUpperUnitriMat" );
DeclareGlobalFunction( "WeightUpperUnitriMat" );
DeclareGlobalFunction( "UpperDiagonalOfMat" );
DeclareGlobalFunction( "MakeNewLevel" );
DeclareGlobalFunction( "FormCommutators" );
DeclareGlobalFunction( "SiftUpperUnitriMat" );
DeclareGlobalFunction( "SiftUpperUnitriMatGroup" );
DeclareGlobalFunction( "RanksLevels" );
DeclareGlobalFunction( "DecomposeUpperUnitriMat" );

DeclareGlobalFunction( "PolycyclicGenerators" );
DeclareGlobalFunction( "WordPolycyclicGens" );
DeclareGlobalFunction( "PresentationMatNq" );
DeclareGlobalFunction( "PrintMatPres" );
DeclareGlobalFunction( "PrintNqPres" );
DeclareGlobalFunction( "CollectorByMatNq" );
DeclareGlobalFunction( "IsomorphismUpperUnitriMatGroupPcpGroup" );

